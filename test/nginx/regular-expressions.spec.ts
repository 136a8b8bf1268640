import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { startSluice, type SluiceInProcess } from '../support/start-sluice.js';
import { BothWorlds } from './both-worlds.js';
import { expectSameAnswers, type Expected } from './same-answers.js';

const upgrade = `
  proxy_http_version 1.1;
  proxy_set_header Upgrade $http_upgrade;
  proxy_set_header Connection "upgrade";
`;
const pass = (port: number): string => `proxy_pass http://127.0.0.1:${port};`;
const server = (text: string): string =>
  `server {\n  listen 80;\n  server_name a.test;\n${upgrade}\n${text}\n}\n`;

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

async function compare(text: string, cases: readonly Expected[]): Promise<string[]> {
  worlds = await BothWorlds.start(sluice, server(text));
  await expectSameAnswers(worlds, cases);
  return worlds.imported.warnings.map(({ message }) => message);
}

const long = 'a regex route matches paths with at most 256 characters; other routes match longer ones';

test.each<[expression: string, matching: string[], others: string[]]>([
  ['~ ^/api/v[0-9]+/', ['/api/v1/', '/api/v23/x%20y'], ['/api/v/', '/api/vx/', '/x/api/v1/']],
  ['~ ^/ws$', ['/ws', '/ws?q', '/ws%0A'], ['/ws/', '/wsx', '/ws%0Ax', '/WS']],
  ['~* ^/WebSocket', ['/websocket', '/WEBSOCKET/x'], ['/web']],
  ['~ \\.ws$', ['/x.ws', '/a/b%20c.ws', '/.ws'], ['/x.ws/', '/xws']],
  ['~ /live/', ['/live/', '/a/live/x'], ['/live', '/alive/']],
  ['~ socket', ['/socket', '/x/%20socket/y'], ['/sock']],
  ['~ 20x', ['/20x', '/a/120x'], ['/%20x', '/a%20x']],
  ['~ ^/a.b$', ['/acb', '/a%20b', '/a%C3b'], ['/ab', '/a%C3%A4b', '/a%0Ab']],
  ['~ ^/a[^x]b$', ['/acb', '/a%20b', '/a%0Ab'], ['/axb', '/ab']],
  ['~ ^/a.*[0-9]$', ['/a1', '/a%202'], ['/a%20', '/a']],
  [
    '~ ^/(rooms|users)/([0-9a-f-]{4,8})(/|$)',
    ['/rooms/12-4', '/users/abcdef/x'],
    ['/rooms/123', '/rooms/12345g'],
  ],
  ['~ ^/(?<name>\\w+)/ws|^/direct/.+', ['/x_1/ws', '/x/wsx', '/direct/y'], ['/%20/ws', '/direct/']],
  ['~ (a|b)+?c$', ['/ac', '/x/babc', '/%20bc'], ['/c', '/ad']],
  ['~ .*x', ['/x', '/%20x/y'], ['/y']],
])('location %s matches the same paths', async (expression, matching, others) => {
  const warnings = await compare(
    `location / { ${pass(1)} } location "${expression.split(' ')[0] ?? ''}" "${
      expression.split(' ')[1]?.replaceAll('\\', '\\\\') ?? ''
    }" { ${pass(2)} }`,
    [
      ...matching.map((path): Expected => [`a.test${path}`, `2 ${path}`]),
      ...others.map((path): Expected => [`a.test${path}`, `1 ${path}`]),
    ],
  );
  expect(warnings).toEqual([long]);
});

test('exact locations, ^~, and expressions in the order of the file come as in nginx', async () => {
  const warnings = await compare(
    `
      location / { ${pass(1)} }
      location = /x.a { ${pass(2)} }
      location ^~ /first/ { ${pass(3)} }
      location ~ ^/long/.*\\.a { ${pass(4)} }
      location ~ \\.a { ${pass(5)} }
      location ~* \\.B { ${pass(6)} }
      location ~ \\.c { ${pass(7)} }
    `,
    [
      ['a.test/x', '1 /x'],
      ['a.test/x.a', '2 /x.a'],
      ['a.test/first/x.a', '3 /first/x.a'],
      ['a.test/long/x.a', '4 /long/x.a'],
      ['a.test/long/x.c', '7 /long/x.c'],
      ['a.test/x.c.b.a', '5 /x.c.b.a'],
      ['a.test/x.c.b', '6 /x.c.b'],
      ['a.test/y.c', '7 /y.c'],
    ],
  );
  expect(warnings).toEqual([long, long, long, long]);
});

test('what an expression closes stays closed, with a warning about longer paths', async () => {
  const warnings = await compare(
    `location / { ${pass(1)} } location /files/ { root /srv; } location ~ /\\.(?!well-known) { deny all; }
     location ~ /\\.ht { deny all; }`,
    [
      ['a.test/x', '1 /x'],
      ['a.test/.htaccess', null],
      ['a.test/a/.ht%20x/y', null],
      ['a.test/files/.htaccess', null],
      ['a.test/ht', '1 /ht'],
    ],
  );
  expect(warnings).toContain(
    'a regex route matches paths with at most 256 characters; longer ones, which nginx closes, are open',
  );
  expect(warnings).toContainEqual(expect.stringMatching(/\(\?!well-known\).* but routes of other locations/));
});

test('closed locations stay closed to the expressions that are open', async () => {
  await compare(
    `location = /x.ws { return 403; } location ^~ /closed/ { return 403; } location ~ \\.no { return 404; }
     location ~ \\.ws { ${pass(1)} }`,
    [
      ['a.test/y.ws', '1 /y.ws'],
      ['a.test/x.ws', null],
      ['a.test/closed/y.ws', null],
      ['a.test/y.no.ws', null],
      ['a.test/y', null],
    ],
  );
});

test.each([
  [`location /a/ { ${pass(1)} } location ~ \\.x { ${pass(2)} }`, 'the location "/a/" would not be the same'],
  [`location ^~ /a { ${pass(1)} } location ~ ^/ab { ${pass(2)} }`, 'the location "/a" would not be the same'],
  [`location ~ \\.x { ${pass(1)} } location ~ ^/a/ { ${pass(2)} }`, 'before that of the location "\\.x"'],
  [`location /a/ { location /a/b/ { } } location ~ x { ${pass(2)} }`, 'nested locations'],
  [`location ~ ^/(x) { proxy_pass http://127.0.0.1:1/$1; }`, 'depends on the request'],
  [`location ~ ^/(x) { rewrite ^/x/(.*)$ /$1 break; ${pass(1)} }`, 'a route can only take its path off'],
  [`location ~ a@b { ${pass(1)} }`, 'it has "@"'],
  [`location ~ ^(/a|/b) { ${pass(1)} }`, 'does not begin with "/"'],
  [`location ~ ${'[a-z]x'.repeat(60)} { ${pass(1)} }`, 'at most'],
  [
    ['a', 'b', 'c', 'd', 'e'].map((each) => `location ~ ^/${each} { ${pass(1)} }`).join('\n'),
    'at most 4 regex routes',
  ],
  [
    `location / { ${pass(1)} } location /a/ { ${pass(2)} } location ~ \\.x { deny all; }`,
    'nginx lets no WebSocket through to "\\.x", but in Sluice its paths below "/a/" are open',
  ],
])('where routes cannot do the same as "%s", a warning has the reason', async (text, reason) => {
  const warnings = await compare(text, []);
  expect(warnings).toContainEqual(expect.stringContaining(reason));
});
