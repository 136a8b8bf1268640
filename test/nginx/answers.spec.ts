import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { startSluice, type SluiceInProcess } from '../support/start-sluice.js';
import { BothWorlds, type Outcome } from './both-worlds.js';
import { expectSameStatus, questionAt } from './same-answers.js';

const upgrade = `
  proxy_http_version 1.1;
  proxy_set_header Upgrade $http_upgrade;
  proxy_set_header Connection "upgrade";
`;
const server = (text: string, name = 'a.test'): string =>
  `server {\n  listen 80;\n  server_name ${name};\n${upgrade}\n${text}\n}\n`;
const open = 'proxy_pass http://127.0.0.1:1;';

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

// The witness at port 302 redirects to the `Location` in the query.
test.each([
  [
    'location /one/ { proxy_pass http://127.0.0.1:302/two/; proxy_redirect default; }',
    'http://UPSTREAM/two/x',
    '/one/x',
  ],
  [
    'location /one/ { proxy_pass http://127.0.0.1:302/two/; proxy_redirect /two/ /one/; }',
    '/two/x?y',
    '/one/x?y',
  ],
  [
    'location /one/ { rewrite ^/one/(.*)$ /$1 break; proxy_pass http://127.0.0.1:302; proxy_redirect http://127.0.0.1:302/ $scheme://$http_host/one/; }',
    'http://UPSTREAM/x',
    '/one/x',
  ],
  [
    'location /one/ { proxy_pass http://127.0.0.1:302; proxy_redirect http://127.0.0.1:302/ /; }',
    'http://UPSTREAM/one/x',
    '/one/x',
  ],
  ['location /one/ { proxy_pass http://127.0.0.1:302/two/; proxy_redirect off; }', '/two/x', '/two/x'],
])('with "%s", a redirect to %s leads to %s', async (location, redirect, path) => {
  const outcomes = await ask(location, { Location: redirect });
  const target = ({ headers }: Outcome): string => {
    const { hostname, pathname, search } = new URL(headers['location'] ?? '', 'http://a.test');
    return hostname + pathname + search;
  };
  expect(outcomes.map(target)).toEqual([`a.test${path}`, `a.test${path}`]);
  expect(worlds?.imported.warnings).toEqual([]);
});

test.each([
  [
    'proxy_pass http://127.0.0.1:1/two/; proxy_cookie_path /two/ /one/;',
    'a=1; Path=/two/x',
    'a=1; Path=/one/x',
  ],
  ['proxy_pass http://127.0.0.1:1/; proxy_cookie_path / /one/;', 'a=1; Path=/x', 'a=1; Path=/one/x'],
  ['proxy_pass http://127.0.0.1:1/two/; proxy_cookie_path off;', 'a=1; Path=/two/x', 'a=1; Path=/two/x'],
])('with "%s", the cookie "%s" is "%s"', async (text, cookie, expected) => {
  const outcomes = await ask(`location /one/ { ${text} }`, { 'Set-Cookie': cookie });
  expect(outcomes.map(({ headers }) => headers['set-cookie'])).toEqual([expected, expected]);
  expect(worlds?.imported.warnings).toEqual([]);
});

test('with proxy_cookie_domain, a cookie of the upstream gets the requested host', async () => {
  const text = 'proxy_pass http://127.0.0.1:1; proxy_cookie_domain 127.0.0.1 $host;';
  const outcomes = await ask(`location /one/ { ${text} }`, { 'Set-Cookie': 'a=1; Domain=127.0.0.1' });
  // Without a domain it is that of the host alone, which a browser also has.
  expect(outcomes.map(({ headers }) => headers['set-cookie'])).toEqual(['a=1; Domain=a.test', 'a=1']);
  expect(worlds?.imported.warnings).toEqual([]);
});

test('Sluice answers with 503 if nginx does: in a location, and for a host', async () => {
  worlds = await BothWorlds.start(
    sluice,
    server(`location / { ${open} } location /closed/ { return 503; }`) +
      server(`location / { ${open} }`, '*.b.test') +
      server('return 503;', 'down.b.test') +
      server('location / { return 503 "later"; }', 'off.b.test'),
  );
  await expectSameStatus(worlds, [
    ['a.test/', 101],
    ['a.test/closed/x', 503],
    ['up.b.test/', 101],
    ['down.b.test/', 503],
    ['off.b.test/', 503],
  ]);
});

/** What nginx and Sluice answer at /one/ of a server with this location; the upstream sends the fields. */
async function ask(location: string, fields: Record<string, string>): Promise<Outcome[]> {
  worlds = await BothWorlds.start(sluice, server(location));
  const question = questionAt(`a.test/one/?${new URLSearchParams(fields).toString()}`);
  return [await worlds.askNginx(question), await worlds.askSluice(question)];
}
