import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Finding, ImportedRoute } from '#libs/nginx-import';
import { ApiUnderTest, type ApiAnswer } from '../../../test/support/api-under-test.js';

interface ImportAnswer {
  routes: ImportedRoute[];
  warnings: Finding[];
  hints: Finding[];
  difference: { created: { kind: string; name: string }[]; updated: unknown[]; deleted: unknown[] } | null;
}

const example =
  'server { listen 81; server_name localhost; location / { proxy_pass http://echo.websocket.org; proxy_http_version 1.1; ' +
  'proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection "upgrade"; } }';

let api: ApiUnderTest;
beforeEach(async () => {
  api = await ApiUnderTest.start();
});
afterEach(() => api.remove());

test('the example of nginx is imported without a warning, also with another upstream host', async () => {
  const upstreamHosts = { 'echo.websocket.org': '127.0.0.1:9000' };
  const { status, text } = await post({ files: { 'nginx.conf': example }, upstreamHosts });
  expect(status).toBe(200);
  const { routes, warnings, difference } = JSON.parse(text) as ImportAnswer;
  expect(warnings).toEqual([]);
  expect(difference).toBeNull();
  expect(routes.map(({ route }) => route)).toMatchObject([
    { match: { host: 'localhost', path: '/' }, upstreams: [{ url: 'http://127.0.0.1:9000' }] },
    { match: { host: '*', path: '/' }, upstreams: [{ url: 'http://127.0.0.1:9000' }] },
  ]);
});

test('without apply nothing is written, and the difference says what would be', async () => {
  const answer = await post({ files: { 'nginx.conf': example }, tenant: 'acme' });
  const { difference } = JSON.parse(answer.text) as ImportAnswer;
  expect(difference).toMatchObject({
    dryRun: true,
    created: [
      { kind: 'tenant', name: 'acme' },
      { kind: 'route', name: 'localhost/' },
      { kind: 'route', name: '*/' },
    ],
  });
  expect((await api.request('GET', '/v1/tenants')).body.items).toEqual([]);
});

test('applied twice, it changes nothing the second time, and deletes no other route', async () => {
  const body = { files: { 'nginx.conf': example }, tenant: 'acme' };
  await api.request('POST', '/v1/tenants', { slug: 'acme' });
  const other = { match: { path: '/other' }, upstreams: [{ url: 'ws://10.0.0.5' }] };
  await api.request('POST', '/v1/tenants/acme/routes', other);
  expect((JSON.parse((await post(body, '?apply=true')).text) as ImportAnswer).difference).toMatchObject({
    dryRun: false,
    created: [{ name: 'localhost/' }, { name: '*/' }],
    deleted: [],
  });
  const again = JSON.parse((await post(body, '?apply=true')).text) as ImportAnswer;
  expect(again.difference).toMatchObject({ created: [], updated: [], deleted: [] });
  expect((await api.request('GET', '/v1/tenants/acme/routes')).body.items).toHaveLength(3);
});

test.each([
  [
    { 'nginx.conf': 'server {\n  listen 80' },
    'files.nginx.conf',
    /^line 2, column 12: unexpected end of file/,
  ],
  [{ 'nginx.conf': 'http { include a.conf; }', 'a.conf': 'include nginx.conf;' }, 'files.a.conf', /itself/],
  [{ 'nginx.conf': 'include ../../etc/passwd;' }, 'files.nginx.conf', /outside the folder/],
  [{}, 'files', /no file/],
])('%j is refused with the place in its file', async (files, field, message) => {
  const { status, body } = await post({ files, tenant: 'acme' });
  expect([status, body.code]).toEqual([422, 'validation_failed']);
  expect(body.errors).toMatchObject([{ field, message: expect.stringMatching(message) as string }]);
});

test('10 MB are refused', async () => {
  const { status, body } = await post({ files: { 'nginx.conf': '#'.repeat(10_000_000) } });
  expect([status, body.code]).toEqual([413, 'body_too_large']);
});

test('a route of another tenant with the same host and path is named, with the line that wants its place', async () => {
  await api.request('POST', '/v1/tenants', { slug: 'other' });
  const taken = { match: { host: 'localhost', path: '/' }, upstreams: [{ url: 'ws://10.0.0.5' }] };
  await api.request('POST', '/v1/tenants/other/routes', taken);
  const { status, body } = await post({ files: { 'nginx.conf': example }, tenant: 'acme' });
  expect([status, body.code]).toEqual([409, 'route_conflict']);
  expect(body.errors).toMatchObject([
    { field: 'files.nginx.conf', message: expect.stringContaining('line 1: the tenant "other"') as string },
  ]);
});

test('an import is applied to a tenant completely, or changes nothing', async () => {
  const { status, body } = await post({ files: { 'nginx.conf': example } }, '?apply=true');
  expect([status, body.errors[0]?.field]).toEqual([422, 'tenant']);
});

function post(body: object, query = ''): Promise<ApiAnswer> {
  return api.request('POST', `/v1/import/nginx${query}`, body);
}
