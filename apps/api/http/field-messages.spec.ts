import { afterAll, beforeAll, expect, test } from 'vitest';
import { ApiUnderTest } from '../../../test/support/api-under-test.js';

const route = { match: { path: '/' }, upstreams: [{ url: 'ws://10.0.0.5' }] };
const routes = '/v1/tenants/acme/routes';
const keys = '/v1/tenants/acme/api-keys';

let api: ApiUnderTest;
beforeAll(async () => {
  api = await ApiUnderTest.start();
  await api.request('POST', '/v1/tenants', { slug: 'acme' });
});
afterAll(() => api.remove());

test.each<[string, object, object]>([
  ['/v1/tenants', {}, { field: 'slug', code: 'required' }],
  ['/v1/tenants', { slug: null }, { field: 'slug', code: 'not_null' }],
  ['/v1/tenants', { slug: 7 }, { field: 'slug', code: 'wrong_type', values: { expected: 'string' } }],
  ['/v1/tenants', { slug: 'A' }, { field: 'slug', code: 'slug' }],
  ['/v1/tenants', { slug: 'a', nme: '' }, { field: 'nme', code: 'unknown_field' }],
  [
    '/v1/tenants',
    { slug: 'a', status: 'off' },
    { field: 'status', code: 'not_a_choice', values: { choices: '"active", "suspended"' } },
  ],
  ['/v1/tenants', { slug: 'acme' }, { field: 'slug', code: 'taken' }],
  ['/v1/tenants', { slug: 'a', labels: { Team: 'x' } }, { field: 'labels.Team', code: 'label_name' }],
  ['/v1/tenants', { slug: 'a', hosts: ['a', 'a'] }, { field: 'hosts.1', code: 'repeated' }],
  ['/v1/tenants', { slug: 'a', hosts: ['[::1]'] }, { field: 'hosts.0', code: 'host_ipv6' }],
  ['/v1/tenants', { slug: 'a', hosts: ['https://a'] }, { field: 'hosts.0', code: 'host' }],
  [routes, { ...route, allowedOrigins: ['app'] }, { field: 'allowedOrigins.0', code: 'origin' }],
  [
    routes,
    { ...route, maxConnections: -1 },
    { field: 'maxConnections', code: 'too_small', values: { bound: 0 } },
  ],
  [routes, { ...route, upstreams: [] }, { field: 'upstreams', code: 'too_few', values: { bound: 1 } }],
  [routes, upstream('ftp://nowhere'), { field: 'upstreams.0.url', code: 'url_scheme' }],
  [
    routes,
    { ...route, healthCheck: { type: 'tcp', path: '/' } },
    { field: 'healthCheck.path', code: 'only_with_types', values: { types: '"http" or "websocket"' } },
  ],
  [keys, { name: 'k', expiresAt: '2020-01-01T00:00:00Z' }, { field: 'expiresAt', code: 'in_the_past' }],
  [keys, { name: 'a'.repeat(101) }, { field: 'name', code: 'too_long', values: { bound: 100 } }],
])('POST %s with %j reports the rule by its code: %j', async (path, body, expected) => {
  const { body: problem } = await api.request('POST', path, body);
  expect(problem).toMatchObject({ errors: [expected] });
});

test.each<[string, object, string, RegExp]>([
  ['/v1/tenants', {}, 'slug', /^is required: expected a string, like "acme"$/],
  ['/v1/tenants', { slug: 7 }, 'slug', /^expected a string, like "acme"$/],
  ['/v1/tenants', { slug: 'new', name: null }, 'name', /^may not be null: expected a string, like "Acme"$/],
  ['/v1/tenants', { slug: 'new', name: '' }, 'name', /^expected at least 1 character$/],
  ['/v1/tenants', { slug: 'new', status: 'off' }, 'status', /^expected one of "active", "suspended"$/],
  [
    '/v1/tenants',
    { slug: 'new', limits: { maxConnections: 1.5 } },
    'limits.maxConnections',
    /a whole number$/,
  ],
  ['/v1/tenants', { slug: 'new', limits: { maxConnections: -1 } }, 'limits.maxConnections', /at least 0$/],
  ['/v1/tenants', { slug: 'new', limits: null }, 'limits', /^may not be null: expected an object$/],
  ['/v1/tenants', { slug: 'new', limit: {} }, 'limit', /^there is no such field$/],
  ['/v1/tenants', { slug: 'new', hosts: ['münchen.example'] }, 'hosts.0', /"xn--mnchen-3ya\.example"$/],
  ['/v1/tenants', { slug: 'new', hosts: ['*.MÜNCHEN.example'] }, 'hosts.0', /"\*\.xn--mnchen-3ya\.example"$/],
  ['/v1/tenants', { slug: 'new', hosts: ['[::1]'] }, 'hosts.0', /IPv6 .* "\*"/],
  ['/v1/tenants', { slug: 'new', hosts: ['fd00::5'] }, 'hosts.0', /IPv6 .* "\*"/],
  [
    routes,
    { upstreams: route.upstreams },
    'match',
    /^is required: expected an object, like \{"host".*"path"/,
  ],
  [routes, { match: route.match }, 'upstreams', /^is required: expected a list, like \[\{"url":"ws:/],
  [routes, { ...route, upstreams: [] }, 'upstreams', /^expected at least 1 item$/],
  [routes, { ...route, match: {} }, 'match.path', /^is required: expected a string, like "\/socket"$/],
  [
    routes,
    upstream('ws://münchen.example:9000/a'),
    'upstreams.0.url',
    /"ws:\/\/xn--mnchen-3ya\.example:9000\/a"$/,
  ],
  [routes, upstream(''), 'upstreams.0.url', /^a URL is required/],
  [routes, upstream('ws://10.0.0.5/ä'), 'upstreams.0.url', /percent-encoded$/],
  [routes, upstream('ws://fd00::5:9000'), 'upstreams.0.url', /"ws:\/\/\[fd00::5\]:9000"$/],
  [routes, upstream('ws:///x'), 'upstreams.0.url', /no host/],
  [routes, upstream('ws://0x7f.1'), 'upstreams.0.url', /"127\.0\.0\.1"$/],
  [routes, headers({ Upgrade: 'h2c' }), 'requestHeaders.set.Upgrade', /belongs to the connection/],
  [routes, headers({ 'Bad Name': 'x' }), 'requestHeaders.set.Bad Name', /^expected a header field name$/],
  [routes, headers({ 'X-A': null }), 'requestHeaders.set.X-A', /^may not be null: expected a string$/],
  [
    routes,
    { ...route, auth: { mode: 'jwt', jwt: { keys: [{ kty: 'oct' }] } } },
    'auth.jwt.keys.0.kty',
    /one of "RSA", "EC", "OKP"$/,
  ],
  [
    routes,
    { ...route, auth: { jwt: { requiredClaims: { a: [] } } } },
    'auth.jwt.requiredClaims.a',
    /^expected a string of/,
  ],
  [keys, { name: 'web', scopes: ['admin'] }, 'scopes.0', /^expected one of "connect", "read", "manage"$/],
  [keys, { name: 'web', expiresAt: 'tomorrow' }, 'expiresAt', /^expected a moment like "2026-.*RFC 3339/],
  [
    keys,
    { name: 'web', expiresAt: '2020-01-01T00:00:00Z' },
    'expiresAt',
    /^is in the past; expected a time after 20.*DELETE/,
  ],
])('POST %s with %j names the values accepted in %s', async (path, body, field, message) => {
  const answer = await api.request('POST', path, body);
  expect(answer.body.code).toBe('validation_failed');
  expect(answer.body.errors.find((error) => error.field === field)?.message).toMatch(message);
});

test.each([
  ['limit=x', 'limit', /^expected a whole number$/],
  ['limit=0', 'limit', /^expected at least 1$/],
  ['limit=201', 'limit', /^expected at most 200$/],
  ['limit=1&limit=2', 'limit', /^expected once$/],
  ['limit=%ff', 'limit', /^expected percent-encoded UTF-8$/],
])('a list with ?%s names the accepted values', async (query, field, message) => {
  const { body } = await api.request('GET', `/v1/tenants?${query}`);
  expect(body.errors).toMatchObject([{ field, message: expect.stringMatching(message) as string }]);
});

test.each([
  ['actor=me', 'actor', /^expected the id or the name of an operator or of an API key, or "admin"$/],
  ['since=today', 'since', /RFC 3339/],
  ['tenant=A', 'tenant', /^expected the id or the slug of a tenant$/],
])('the audit with ?%s names the accepted values', async (query, field, message) => {
  const { body } = await api.request('GET', `/v1/audit?${query}`);
  expect(body.errors).toMatchObject([{ field, message: expect.stringMatching(message) as string }]);
});

function upstream(url: string): object {
  return { ...route, upstreams: [{ url }] };
}

function headers(set: object): object {
  return { ...route, requestHeaders: { set } };
}
