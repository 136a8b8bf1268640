import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { startSluice, type SluiceInProcess } from '../support/start-sluice.js';
import { BothWorlds } from './both-worlds.js';
import { expectSameAnswers, type Expected } from './same-answers.js';

const upgrade = `
  proxy_http_version 1.1;
  proxy_set_header Upgrade $http_upgrade;
  proxy_set_header Connection "upgrade";
`;
const pass = (port: number, uri = ''): string => `proxy_pass http://127.0.0.1:${port}${uri};`;
const server = (text: string, name = 'a.test'): string =>
  `server {\n  listen 80;\n  server_name ${name};\n${upgrade}\n${text}\n}\n`;

let sluice: SluiceInProcess;
let worlds: BothWorlds | null = null;
beforeAll(async () => {
  sluice = await startSluice();
});
afterEach(async () => {
  await worlds?.stop();
  worlds = null;
});
afterAll(() => sluice.close());

async function compare(text: string, cases: readonly Expected[]): Promise<void> {
  worlds = await BothWorlds.start(sluice, text);
  await expectSameAnswers(worlds, cases);
}

test('an exact location takes precedence over prefixes, and the longest prefix over others', () =>
  compare(
    server(`
      location / { ${pass(1)} }
      location = /exact { ${pass(2)} }
      location /a/ { ${pass(3)} }
      location /a/b/ { ${pass(4)} }
      location ^~ /a/b/c/ { ${pass(5)} }
    `),
    [
      ['a.test/', '1 /'],
      ['a.test/exact', '2 /exact'],
      ['a.test/exact/x', '1 /exact/x'],
      ['a.test/a/x?y=1', '3 /a/x?y=1'],
      ['a.test/a/b/x', '4 /a/b/x'],
      ['a.test/a/b/c/x', '5 /a/b/c/x'],
      ['a.test/ab', '1 /ab'],
    ],
  ));

test('nested locations are matched, and do not inherit proxy_pass', () =>
  compare(server(`location /a/ { ${pass(1)} location /a/b/ { } location /a/c/ { ${pass(2)} } }`), [
    ['a.test/a/x', '1 /a/x'],
    ['a.test/a/b/x', null],
    ['a.test/a/c/x', '2 /a/c/x'],
    ['a.test/x', null],
  ]));

test('the URI of a proxy_pass replaces the path of its location', () =>
  compare(
    server(`
      location /none/ { ${pass(1)} }
      location /slash/ { ${pass(1, '/')} }
      location /base/ { ${pass(1, '/other/base/')} }
      location /word { ${pass(1, '/term')} }
      location = /exact { ${pass(1, '/ws')} }
      location = /dir { ${pass(1, '/dir/')} }
    `),
    [
      ['a.test/none/x%41?q', '1 /none/x%41?q'],
      ['a.test/slash/x/y?q=%20', '1 /x/y?q=%20'],
      ['a.test/slash/', '1 /'],
      ['a.test/base/x', '1 /other/base/x'],
      ['a.test/word/x', '1 /term/x'],
      ['a.test/word', '1 /term'],
      ['a.test/exact?q', '1 /ws?q'],
      ['a.test/dir', '1 /dir/'],
    ],
  ));

test('a proxy_pass with constant variables keeps the path of the request', () =>
  compare(
    server(`
      set $backend 127.0.0.1:1;
      location /a/ { proxy_pass http://$backend; }
      location /b/ { set $other http://127.0.0.1:2; proxy_pass $other; }
      location /c/ { proxy_pass http://$backend$request_uri; }
    `),
    [
      ['a.test/a/x', '1 /a/x'],
      ['a.test/b/x', '2 /b/x'],
      ['a.test/c/x?y', '1 /c/x?y'],
    ],
  ));

test('a rewrite removes or adds a prefix', () =>
  compare(
    server(`
      location /strip/ { rewrite ^/strip/(.*)$ /$1 break; ${pass(1)} }
      location /move/ { rewrite ^/move/(.*)$ /moved/$1 break; ${pass(1)} }
      location /group/ { rewrite ^/group(/.*)$ $1 break; ${pass(1, '/ignored/')} }
      location / { rewrite ^(.*)$ /base$1 break; ${pass(1)} }
    `),
    [
      ['a.test/strip/x?q', '1 /x?q'],
      ['a.test/move/x', '1 /moved/x'],
      ['a.test/group/x', '1 /x'],
      ['a.test/x', '1 /base/x'],
    ],
  ));

test('of an exact location and a prefix of one path, the exact one takes that path', () =>
  compare(
    server(`
      location = / { ${pass(1)} }
      location / { ${pass(2)} }
      location = /closed { return 403; }
      location /closed { ${pass(3)} }
      location = /open { ${pass(4, '/exact')} }
      location /open { return 403; }
    `),
    [
      ['a.test/', '1 /'],
      ['a.test/?q', '1 /?q'],
      ['a.test/x', '2 /x'],
      ['a.test/closed', null],
      ['a.test/closed/x', '3 /closed/x'],
      ['a.test/open', '4 /exact'],
      ['a.test/open/x', null],
    ],
  ));

test('a rewrite with last, or without a flag, continues in the location of its path', () =>
  compare(
    server(`
      location /old/ { rewrite ^/old/(.*)$ /new/deep/$1 last; ${pass(9)} }
      location /plain/ { rewrite ^/plain/(.*)$ /new/$1; ${pass(9)} }
      location /stays/ { rewrite ^/stays/(.*)$ /new/$1; break; ${pass(3)} }
      location /up/ { rewrite ^/up/(.*)$ /other/x/$1 last; }
      location /before/ { rewrite ^(.*)$ /other$1 last; }
      location /new/ { ${pass(1)} }
      location /other/ { ${pass(2, '/base/')} }
    `),
    [
      ['a.test/old/x?q', '1 /new/deep/x?q'],
      ['a.test/plain/x', '1 /new/x'],
      ['a.test/stays/x', '3 /new/x'],
      ['a.test/up/y', '2 /base/x/y'],
      ['a.test/before/y', '2 /base/before/y'],
      ['a.test/new/x', '1 /new/x'],
      ['a.test/other/x', '2 /base/x'],
    ],
  ));

test('after a rewrite, the location for all other paths continues with its own settings', () =>
  compare(
    server(`
      location /api/ { rewrite ^/api/(.*)$ /$1 last; }
      location / { ${upgrade} proxy_set_header X-Root yes; ${pass(1)} }
    `),
    [
      ['a.test/api/x/y', '1 /x/y'],
      ['a.test/x', '1 /x'],
    ],
  ));

test('a rewrite into a closed location, into none, and into several lets nothing through', () =>
  compare(
    server(`
      location / { ${pass(1)} }
      location /to-closed/ { rewrite ^/to-closed/(.*)$ /closed/$1 last; ${pass(9)} }
      location /to-itself/ { rewrite ^/to-itself/(.*)$ /to-itself/x/$1 last; ${pass(9)} }
      location /closed/ { return 403; }
    `),
    [
      ['a.test/to-closed/x', null],
      ['a.test/to-itself/x', null],
      ['a.test/x', '1 /x'],
    ],
  ));

test('one proxy_set_header in a location replaces all those of its server', async () => {
  await compare(
    server(`
      proxy_set_header X-Server yes;
      location /inherits/ { ${pass(1)} }
      location /own/ { proxy_set_header X-Own yes; ${pass(1)} }
      location /again/ { ${upgrade} proxy_set_header X-Own yes; ${pass(1)} }
      location /inside/ { ${upgrade} proxy_set_header X-Own yes; location /inside/out/ { ${pass(1)} } }
    `),
    [
      ['a.test/inherits/', '1 /inherits/'],
      ['a.test/own/', null],
      ['a.test/again/', '1 /again/'],
      ['a.test/inside/out/', '1 /inside/out/'],
    ],
  );
});

test('header fields are set, removed, and kept', () =>
  compare(
    `map $http_upgrade $connection_upgrade { default upgrade; '' close; }\n` +
      server(`
      location / {
        proxy_set_header Upgrade $http_upgrade;
        proxy_set_header Connection $connection_upgrade;
        proxy_set_header Host $host;
        proxy_set_header X-Constant "a b";
        proxy_set_header X-Port $server_port;
        proxy_set_header X-Name $server_name;
        proxy_set_header X-Real-IP $remote_addr;
        proxy_set_header X-Mixed "<\${host}x>";
        proxy_set_header Accept-Encoding "";
        proxy_set_header Cookie $http_cookie;
        proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
        proxy_set_header X-Forwarded-Proto $scheme;
        proxy_set_header X-Forwarded-Host $http_host;
        ${pass(1)}
      }
    `).replace('X-Port $server_port', 'X-Port 80'),
    [
      [
        { host: 'a.test', path: '/', headers: { 'Accept-Encoding': 'gzip', Cookie: 'a=b', 'X-Other': 'c' } },
        '1 /',
      ],
    ],
  ));

test('a server that is down or a backup gets no handshake while another takes them', () =>
  compare(
    'upstream group { server 127.0.0.1:1 down; server 127.0.0.1:2; server 127.0.0.1:3 backup; }\n' +
      server('location / { proxy_pass http://group; }'),
    [
      ['a.test/a', '2 /a'],
      ['a.test/b', '2 /b'],
      ['a.test/c', '2 /c'],
    ],
  ));

test('Host is that of the proxy_pass, or the name of its group', () =>
  compare(
    `upstream group { server 127.0.0.1:1; }\n` +
      server(`location /group/ { proxy_pass http://group; } location /address/ { ${pass(2)} }`),
    [
      ['a.test/group/', '1 /group/'],
      ['a.test/address/', '2 /address/'],
    ],
  ));

test('a server is chosen by its exact name, then its longest pattern, and otherwise the default is chosen', () =>
  compare(
    server(`location / { ${pass(1)} }`, 'first.test') +
      server(`location / { ${pass(2)} }`, 'exact.wild.test') +
      server(`location / { ${pass(3)} }`, '*.wild.test') +
      server(`location / { ${pass(4)} }`, '.deep.wild.test') +
      server('return 404;', 'closed.wild.test'),
    [
      ['first.test/', '1 /'],
      ['nobody.test/', '1 /'],
      ['exact.wild.test/', '2 /'],
      ['EXACT.wild.test/', '2 /'],
      ['x.wild.test/', '3 /'],
      ['x.y.wild.test/', '3 /'],
      ['deep.wild.test/', '4 /'],
      ['x.deep.wild.test/', '4 /'],
      ['closed.wild.test/', null],
      ['wild.test/', '1 /'],
    ],
  ));

test('default_server is the default even if it is not the first server', () =>
  compare(
    server(`location / { ${pass(1)} }`) +
      server(`location / { ${pass(2)} }`, '_').replace('listen 80;', 'listen 80 default_server;'),
    [
      ['a.test/', '1 /'],
      ['b.test/', '2 /'],
    ],
  ));

test('a closed location inside an open one stays closed', async () => {
  await compare(
    server(`
      location / { ${pass(1)} }
      location /status { return 403; }
      location /files/ { root /srv; }
      location = /health { return 200 "ok"; }
      location /http/ { proxy_set_header Host $host; ${pass(2)} }
      location /depends/ { proxy_pass http://$arg_upstream; }
    `),
    [
      ['a.test/x', '1 /x'],
      ['a.test/status', null],
      ['a.test/status/x', null],
      ['a.test/files/x', null],
      ['a.test/health', null],
      ['a.test/http/x', null],
      ['a.test/depends/x', null],
    ],
  );
  expect(worlds?.imported.warnings).toHaveLength(6);
});

test('try_files continues in the named location, and an if with a constant condition is evaluated', () =>
  compare(
    server(`
      location / { try_files $uri @app; }
      location @app { ${pass(1)} }
      location /if/ {
        if ($http_upgrade = "websocket") { proxy_pass http://127.0.0.1:2; }
        ${pass(3)}
      }
      location /not/ { if ($http_upgrade !~* websocket) { return 400; } ${pass(1)} }
    `),
    [
      ['a.test/x', '1 /x'],
      ['a.test/if/x', '2 /if/x'],
      ['a.test/not/x', '1 /not/x'],
    ],
  ));
