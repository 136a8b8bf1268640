import fc from 'fast-check';
import { expect, test } from 'vitest';
import { importNginx } from '#libs/nginx-import';
import { nginxVerdict } from '../support/nginx.js';

// The wrapper is on the first line of the text, so that line numbers are those of the text.
const http = (text: string): string => `pid nginx.pid; events {} http { ${text}\n}`;
const server = (text: string): string => http(`server { listen 127.0.0.1:39999; ${text}\n}`);
const location = (text: string): string => server(`location / { ${text}\n}`);

test.each([
  ['no configuration', ''],
  ['comments and empty lines', server('# one\n\n  # two ; { }\n\treturn 204; # three')],
  ['a word with a comment sign inside', location('add_header X a#b;')],
  ['both kinds of quotes', location(`add_header X "a b"; add_header 'Y' 'a;{}b';`)],
  ['an empty word', location('proxy_set_header X "";')],
  ['escaped quotes', location(String.raw`add_header X "a\"b"; add_header Y 'it\'s';`)],
  ['an escaped blank', location(String.raw`add_header X a\ b;`)],
  ['an escaped semicolon', location(String.raw`add_header X a\;b;`)],
  ['an unknown escape, which is kept', location(String.raw`add_header X a\d;`)],
  ['a quote inside a word', location(`add_header X a"b;`)],
  ['a closing brace inside a word', location('add_header X a}b;')],
  ['a variable in braces', location('add_header X ${host}x;')],
  ['a word over two lines', location('add_header X "a\nb";')],
  ['carriage returns', server('return 204;\r\n')],
  ['a word that begins with a parenthesis', location(`if ($host = "a") { return 204; }`)],
  ['parentheses after blanks', location(`if ( $host = a ) { return 204; }`)],
  ['a parenthesis right after a quote', location(`if ($host = "a"){ return 204; }`)],
  ['nested locations', server('location /a { location /a/b { return 204; } }')],
  ['a map', http('map $http_upgrade $u { default upgrade; "" close; }')],
  ['modifiers without a blank', server('location =/a { return 204; } location ~\\.x$ { return 204; }')],
])('both accept %s', async (_, text) => {
  expect(await nginxVerdict({ 'nginx.conf': text || 'events {}' })).toMatchObject({ isTaken: true });
  expect(importText(text)).toMatchObject({ ok: true });
});

test.each([
  ['a missing semicolon at the end', 'events {}\nuser nobody'],
  ['a missing semicolon before a brace', location('return 204\n')],
  ['an unclosed block', 'events {}\nhttp {\n  server {\n  }\n'],
  ['a brace too many', 'events {}\n}\n'],
  ['only a semicolon', 'events {};\n'],
  ['a block without a name', 'events {}\n{ }'],
  ['an unclosed quote', location('add_header X "a;\n')],
  ['a word after a quote without a blank', location('add_header X "a"b;')],
  ['a second brace', 'events {{}}'],
  ['a file that ends with a backslash', 'events {}\nuser a\\'],
  ['a directive in the wrong place', http('\nproxy_pass http://127.0.0.1;')],
  ['a location outside a server', http('\nlocation / { }')],
  ['a server inside a server', server('\nserver { }')],
  ['too few arguments', location('\nproxy_set_header Host;')],
  ['too many arguments', location('\nproxy_pass http://127.0.0.1 http://127.0.0.2;')],
  ['a block that has to end with a semicolon', location('\nproxy_pass http://127.0.0.1 { }')],
  ['a directive without its block', http('\nserver;')],
  ['a duplicate directive', location('proxy_pass http://127.0.0.1;\nproxy_pass http://127.0.0.2;')],
  ['a duplicate location', server('location /a { }\nlocation /a { }')],
  ['a location outside its parent location', server('location /a {\nlocation /b { } }')],
  ['a location inside an exact one', server('location = /a {\nlocation /a/b { } }')],
  ['an unknown modifier', server('\nlocation == /a { }')],
  ['a block inside a map', http('map $host $x {\n a { } }')],
  ['two upstreams of one name', http('upstream a { server 127.0.0.1; }\nupstream a { server 127.0.0.2; }')],
  ['an upstream without servers', http('upstream a { }')],
  [
    'a limit of no connections',
    http(
      'limit_conn_zone $host zone=a:1m; server { listen 127.0.0.1:39999; location / { proxy_pass http://127.0.0.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection upgrade;\nlimit_conn a 0; } }',
    ),
  ],
  ['an invalid port', http('server {\nlisten 127.0.0.1:70000; }')],
  [
    'two default servers',
    http(
      'server { listen 127.0.0.1:39999 default_server; }\nserver { listen 127.0.0.1:39999 default_server; }',
    ),
  ],
])('both refuse %s at the same line', async (_, text) => {
  const verdict = await nginxVerdict({ 'nginx.conf': text });
  expect(verdict).toMatchObject({ isTaken: false });
  const result = importText(text);
  expect(result).toMatchObject({ ok: false, place: { file: 'nginx.conf', line: verdict.line } });
});

test('an included file is read in place, and its errors name that file', async () => {
  const main = 'pid nginx.pid; events {} http { include conf.d/*.conf; }';
  const good = {
    'nginx.conf': main,
    'conf.d/b.conf': 'server { listen 127.0.0.1:39999; }',
    'conf.d/.hidden.conf': '}',
  };
  expect(await nginxVerdict(good)).toMatchObject({ isTaken: true });
  expect(importFiles(good)).toMatchObject({ ok: true });
  const bad = { ...good, 'conf.d/a.conf': '\nserver {' };
  expect(await nginxVerdict(bad)).toMatchObject({ isTaken: false, file: 'conf.d/a.conf', line: 2 });
  expect(importFiles(bad)).toMatchObject({ ok: false, place: { file: 'conf.d/a.conf', line: 2 } });
});

const pieces = [
  'set',
  '$a',
  'b',
  'if',
  '($a)',
  'return',
  '204',
  ' ',
  ' ',
  ' ',
  ';',
  ';',
  '{',
  '}',
  '"',
  "'",
  '\\',
  '\n',
  '#',
];
const statements = fc.array(fc.constantFrom(...pieces), { maxLength: 14 }).map((parts) => parts.join(''));

test('for any content of a location, both report the same syntax error, or none', async () => {
  const property = fc.asyncProperty(statements, async (text) => {
    const whole = location(text);
    const verdict = await nginxVerdict({ 'nginx.conf': whole });
    const result = importText(whole);
    if (verdict.isTaken) expect(result.ok).toBe(true);
    if (verdict.message.startsWith('unexpected')) {
      expect(result).toMatchObject({ ok: false, place: { line: verdict.line } });
    }
  });
  await fc.assert(property, { numRuns: 150 });
});

function importText(text: string): ReturnType<typeof importNginx> {
  return importFiles({ 'nginx.conf': text });
}

function importFiles(files: Record<string, string>): ReturnType<typeof importNginx> {
  return importNginx({ files: new Map(Object.entries(files)) });
}
