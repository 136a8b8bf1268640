import { expect, test } from 'vitest';
import { importNginx, type NginxImport } from './import-nginx.js';
import type { RouteFields } from './route-document.js';

const upgrade =
  'proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection upgrade;';
const pass = `proxy_pass http://10.0.0.5:9000; ${upgrade}`;

test.each<[nginx: string, route: Partial<RouteFields>]>([
  [`location /a { ${pass} }`, { match: { host: 'a.test', path: '/a', pathType: 'prefix' } }],
  [`location = /a { ${pass} }`, { match: { host: 'a.test', path: '/a', pathType: 'exact' } }],
  [`location "/a b" { ${pass} }`, { match: { host: 'a.test', path: '/a%20b', pathType: 'prefix' } }],
  [
    `location / { ${pass} proxy_read_timeout 1h30m; }`,
    { timeouts: { handshakeMs: 600_000, idleMs: 5_400_000 } },
  ],
  [
    `location / { ${pass} proxy_read_timeout 30; proxy_send_timeout 60; }`,
    { timeouts: { handshakeMs: 30_000, idleMs: 60_000 } },
  ],
  [`location / { ${pass} proxy_connect_timeout 500ms; }`, { timeouts: { connectMs: 500 } }],
  [`location / { ${pass} proxy_set_header Host $http_host; }`, { upstreamHost: 'client' }],
  [
    `location / { ${pass} proxy_set_header Host $host; proxy_set_header X-Real-IP $remote_addr; }`,
    { requestHeaders: { set: { Host: 'a.test', 'X-Real-IP': '$client_ip' }, remove: [] } },
  ],
  [
    `location / { ${pass} proxy_set_header X-Id "<$request_id>"; }`,
    { requestHeaders: { set: { 'X-Id': '<${request_id}>' }, remove: [] } },
  ],
  [
    `location / { ${pass} add_header X-Frame-Options DENY always; proxy_hide_header X-Powered-By; }`,
    { responseHeaders: { set: { 'X-Frame-Options': 'DENY' }, remove: ['X-Powered-By'] } },
  ],
  [
    `location / { ${pass} proxy_set_header Host b.test; }`,
    { requestHeaders: { set: { Host: 'b.test' }, remove: [] } },
  ],
  [`location / { ${pass} proxy_set_header Origin ""; }`, { requestHeaders: { set: {}, remove: ['Origin'] } }],
  [
    `location / { proxy_pass https://10.0.0.5; ${upgrade} proxy_ssl_verify on; proxy_ssl_name b.test; }`,
    { upstreams: [{ url: 'https://10.0.0.5' }], upstreamTls: { verify: true, serverName: 'b.test' } },
  ],
  [`location / { proxy_pass https://10.0.0.5; ${upgrade} }`, { upstreamTls: { verify: false } }],
  [`ssl_verify_client on; location / { ${pass} }`, { clientCertificate: 'required' }],
])('%s becomes %j', (text, route) => {
  const { routes, warnings } = imported(server(text));
  expect(routes[0]?.route).toMatchObject(route);
  expect(warnings).toEqual([]);
});

test('a location that forwards WebSockets gets a hint that it forwards ordinary requests, too', () => {
  const { routes, warnings, hints } = imported(server(`location /a { ${pass} }`));
  expect([routes[0]?.route.http, warnings]).toEqual([undefined, []]);
  const messages = hints.filter(({ directive }) => directive === 'proxy_pass').map(({ message }) => message);
  expect(messages).toEqual([
    'nginx forwards ordinary requests here, too; a route does so with "http": "proxy", and refuses them otherwise',
  ]);
});

const both = 'map $http_upgrade $connection_upgrade { default upgrade; "" close; }';
const passBoth =
  'proxy_pass http://10.0.0.5:9000; proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; ' +
  'proxy_set_header Connection $connection_upgrade;';

test.each<[nginx: string, route: Partial<RouteFields>]>([
  ['', { http: 'proxy', maxRequestBytes: 1_048_576 }],
  ['client_max_body_size 8M;', { maxRequestBytes: 8_388_608 }],
  ['client_max_body_size 0;', { maxRequestBytes: null }],
  [
    'proxy_read_timeout 2h;',
    { timeouts: { handshakeMs: 600_000, responseMs: 3_600_000, idleMs: 7_200_000 } },
  ],
])('a Connection that depends on Upgrade forwards ordinary requests, with "%s" as %j', (text, route) => {
  const { routes, warnings } = imported(both + server(`location / { ${passBoth} ${text} }`));
  expect(routes[0]?.route).toMatchObject({ http: 'proxy', ...route });
  expect(warnings).toEqual([]);
});

test.each([
  `location / { ${passBoth} if ($request_method = POST) { return 405; } }`,
  `location / { ${passBoth} limit_except GET { deny all; } }`,
  `location / { try_files $uri @app; } location @app { ${passBoth} }`,
])('where nginx may answer a page differently from a handshake, the route refuses it: %s', (text) => {
  const { routes } = imported(both + server(text));
  expect(routes.map(({ route }) => route.http)).not.toContain('proxy');
});

test.each<[string, Partial<RouteFields>]>([
  ['least_conn;', { balancing: 'leastConnections' }],
  ['random two least_conn;', { balancing: 'powerOfTwo' }],
  [
    'ip_hash;',
    {
      balancing: 'consistentHash',
      hashKey: { from: 'clientAddress', ipv4PrefixLength: 24, ipv6PrefixLength: 128 },
    },
  ],
  [
    'hash $cookie_room consistent;',
    { balancing: 'consistentHash', hashKey: { from: 'cookie', name: 'room' } },
  ],
  ['hash $http_x_room;', { balancing: 'consistentHash', hashKey: { from: 'header', name: 'x-room' } }],
  ['least_conn; sticky cookie srv;', { balancing: 'sticky', stickyCookie: { name: 'srv' } }],
  [
    'sticky cookie srv expires=1h httponly samesite=none secure;',
    {
      balancing: 'sticky',
      stickyCookie: { name: 'srv', maxAgeSeconds: 3600, sameSite: 'none', secure: true },
    },
  ],
])('a group with "%s" becomes %j', (text, balancing) => {
  const group = `upstream g { ${text} server 10.0.0.5; server 10.0.0.6 weight=3; server 10.0.0.6; }\n`;
  const { routes, warnings } = imported(group + server(`location / { proxy_pass http://g; ${upgrade} }`));
  const upstreams = [{ url: 'http://10.0.0.5:80' }, { url: 'http://10.0.0.6:80', weight: 4 }];
  expect(routes[0]?.route).toMatchObject({ ...balancing, upstreams });
  expect(warnings).toEqual([]);
});

test.each<[string, Partial<RouteFields>]>([
  ['sticky route $cookie_a;', { upstreams: [{ url: 'http://10.0.0.5:80' }] }],
  ['sticky cookie srv domain=.a.test;', { balancing: 'sticky', stickyCookie: { name: 'srv' } }],
  ['sticky cookie srv samesite=none;', { balancing: 'sticky', stickyCookie: { name: 'srv' } }],
])('"%s" is reported at its line', (text, route) => {
  const group = `upstream g { ${text} server 10.0.0.5; }\n`;
  const { routes, warnings } = imported(group + server(`location / { proxy_pass http://g; ${upgrade} }`));
  expect(routes[0]?.route).toMatchObject(route);
  expect(warnings.map(({ directive }) => directive)).toEqual(['sticky']);
});

test.each<[servers: string, ejection: object | null | undefined]>([
  ['server 10.0.0.5; server 10.0.0.6;', undefined],
  [
    'server 10.0.0.5 max_fails=3 fail_timeout=30s; server 10.0.0.6 max_fails=3 fail_timeout=30s;',
    { consecutiveFailures: 3, baseMs: 30_000, maxMs: 30_000 },
  ],
  [
    'server 10.0.0.5 fail_timeout=5s; server 10.0.0.6 fail_timeout=5s;',
    { consecutiveFailures: 1, baseMs: 5000, maxMs: 5000 },
  ],
  ['server 10.0.0.5 max_fails=0; server 10.0.0.6 max_fails=0;', null],
])('a group with "%s" has the ejection %j', (servers, ejection) => {
  const { routes, warnings } = imported(
    `upstream g { ${servers} }\n` + server(`location / { proxy_pass http://g; ${upgrade} }`),
  );
  expect(routes[0]?.route.outlierEjection).toEqual(ejection);
  expect(warnings).toEqual([]);
});

test('if the servers of a group differ in max_fails, the most patient rule is imported, with a warning', () => {
  const { routes, warnings } = imported(
    'upstream g { server 10.0.0.5 max_fails=2; server 10.0.0.6 max_fails=9 fail_timeout=5s; }\n' +
      server(`location / { proxy_pass http://g; ${upgrade} }`),
  );
  expect(routes[0]?.route.outlierEjection).toEqual({ consecutiveFailures: 9, baseMs: 5000, maxMs: 5000 });
  expect(warnings).toMatchObject([{ directive: 'upstream', line: 1 }]);
});

test.each([
  ['proxy_next_upstream off;', { attempts: 0 }],
  ['proxy_next_upstream error timeout http_502;', undefined],
  ['proxy_next_upstream_tries 1;', { attempts: 0 }],
  ['proxy_next_upstream_tries 2;', { attempts: 1 }],
  ['proxy_next_upstream_tries 3;', undefined],
  ['proxy_next_upstream_tries 0;', undefined],
  ['proxy_next_upstream_tries 9;', undefined],
  ['proxy_next_upstream_timeout 0;', undefined],
])('a location with "%s" has the retries %j', (text, retries) => {
  const { routes, warnings } = imported(server(`location / { ${pass} ${text} }`));
  expect(routes[0]?.route.retries).toEqual(retries);
  expect(warnings).toEqual([]);
});

test('max_conns of a server is imported, and 0 means no limit', () => {
  const group = 'upstream g { server 10.0.0.5 max_conns=500; server 10.0.0.6 max_conns=0; }\n';
  const { routes, warnings } = imported(group + server(`location / { proxy_pass http://g; ${upgrade} }`));
  expect(routes[0]?.route.upstreams).toEqual([
    { url: 'http://10.0.0.5:80', maxConnections: 500 },
    { url: 'http://10.0.0.6:80' },
  ]);
  expect(warnings).toEqual([]);
});

test.each([
  'auth_basic secret;',
  'auth_request /auth;',
  'deny 10.0.0.1;',
  'allow 10.0.0.0/8; deny all;',
  'limit_except POST { deny all; }',
  'if ($http_origin != "https://a.test") { return 403; }',
])('where nginx has "%s", the route asks for an API key, with a warning', (guard) => {
  const { routes, warnings } = imported(server(`location / { ${pass} ${guard} }`));
  expect(routes.map(({ route }) => route.auth)).toEqual([{ mode: 'apiKey' }, { mode: 'apiKey' }]);
  expect(warnings).toMatchObject([
    { message: expect.stringContaining('the route asks for an API key') as string },
  ]);
});

test('a guard of the server holds for its locations, unless one takes it away', () => {
  const { routes } = imported(
    server(`auth_basic secret; location /a { ${pass} } location /b { auth_basic off; ${pass} }`),
  );
  expect(routes.slice(0, 2).map(({ route }) => route.auth?.mode)).toEqual(['apiKey', 'none']);
});

test.each([
  ['location ~ (?=x) { return 204; }', 'regular expression "(?=x)" has no route'],
  ['location / { proxy_pass http://unix:/tmp/app.sock; }', 'host and a port'],
  ['location /a/ { proxy_pass http://10.0.0.5/b; }', 'whole segments'],
  ['location / { proxy_pass http://$arg_x; }', 'depends on the request'],
  [`location / { ${pass} proxy_set_header X-Id $connection; }`, 'depends on the request'],
  [`location / { ${pass} proxy_next_upstream http_500; }`, 'no other status than 502 to 504'],
  [`location / { ${pass} proxy_next_upstream_timeout 5s; }`, 'timeouts.handshakeMs'],
  [`location / { ${pass} gzip on; }`, 'messages are compressed by client and upstream'],
  [`location / { ${pass} frobnicate 1; }`, 'does not know this directive'],
  ['server_name ~^x;', 'not by a regular expression'],
])('%s has a warning that says why', (text, reason) => {
  const { warnings } = imported(server(text));
  expect(warnings).toMatchObject([
    { file: 'nginx.conf', line: 2, message: expect.stringContaining(reason) as string },
  ]);
});

test('of two servers with the same name, the first one that proxies is imported, with a warning for the other', () => {
  const text = server(`location / { ${pass} }`) + server(`location / { ${pass} }`).replace('80', '8080');
  const { routes, warnings } = imported(text);
  expect(routes.map(({ route }) => route.match.host)).toEqual(['a.test', '*']);
  expect(warnings).toMatchObject([{ line: 3 }, { line: 3 }]);
});

test('without any host, only a default_server gets those that no name matches', () => {
  const text = server(`location / { ${pass} }`);
  expect(imported(text, { hasAnyHost: false }).routes).toHaveLength(1);
  expect(imported(text.replace('80', '80 default_server'), { hasAnyHost: false }).routes).toHaveLength(2);
});

test('an absolute include is found in the folder, and one outside is refused or reported', () => {
  const files = new Map([
    ['nginx.conf', 'http { include /etc/nginx/sites/*; include /etc/letsencrypt/options.conf; }'],
    ['sites/a', server(`location / { ${pass} }`)],
  ]);
  expect(importNginx({ files })).toMatchObject({
    ok: false,
    message: expect.stringContaining('outside') as string,
  });
  const result = importNginx({ files, skipMissingIncludes: true });
  expect(result).toMatchObject({ ok: true, warnings: [{ directive: 'include', line: 1 }] });
});

test.each([
  ['an include of itself', 'include nginx.conf;', /includes itself/],
  ['a path that climbs out', 'include ../x;', /outside the folder/],
  ['a file that is missing', 'include x;', /not among the files/],
  ['deep blocks', 'a { '.repeat(40), /nested more than 32 deep/],
  ['many directives', 'a;'.repeat(100_001), /more than 100000 directives/],
  ['a long word', `a ${'b'.repeat(5000)};`, /too long parameter/],
  ['10 MB', '#'.repeat(10_000_000), /more than 4 MiB/],
])('%s is refused', (_, text, message) => {
  const result = importNginx({ files: new Map([['nginx.conf', text]]), skipMissingIncludes: false });
  expect(result).toMatchObject({ ok: false, message: expect.stringMatching(message) as string });
});

test('files that include others twice are refused before they grow beyond bounds', () => {
  const level = (index: number): [string, string] => [
    `${index}`,
    `include ${index + 1}; include ${index + 1};`,
  ];
  const files = new Map([
    ['nginx.conf', 'include 1;'],
    ...Array.from({ length: 14 }, (_, index) => level(index + 1)),
  ]);
  files.set('15', 'a; b; c; d; e; f; g; h;');
  expect(importNginx({ files })).toMatchObject({
    ok: false,
    message: expect.stringContaining('with all includes') as string,
  });
});

function server(text: string): string {
  const name = text.includes('server_name') ? '' : 'server_name a.test;';
  return `server { listen 80; ${name}\n${text} }\n`;
}

function imported(text: string, options: { hasAnyHost?: boolean } = {}): Extract<NginxImport, { ok: true }> {
  const result = importNginx({ files: new Map([['nginx.conf', text]]), ...options });
  if (!result.ok) throw new Error(`${result.place?.line ?? 0}: ${result.message}`);
  return result;
}
