import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ApiUnderTest, type RequestExtras } from '../../../test/support/api-under-test.js';

const match = { host: 'chat.acme.example', path: '/socket' };
const upstreams = [{ url: 'ws://10.0.0.5:9000' }];
const tenant = { slug: 'new' };
const route = { match: { path: '/new' }, upstreams };
const key = { name: 'new' };
const long = 'x'.repeat(5000);

type Case = readonly [field: string, body: unknown];

const tenantCases: Case[] = [
  ['body', []],
  ['body', null],
  ['body', 'text'],
  ['slug', {}],
  ['slug', { slug: 7 }],
  ['slug', { slug: 'Has Capitals' }],
  ['slug', { slug: '' }],
  ['slug', { slug: long }],
  ['slug', { slug: 'under_score' }],
  ['id', { ...tenant, id: 'ten_01jd3x4m5n6p7q8r9s0t1v2w3x' }],
  ['unknown', { ...tenant, unknown: 1 }],
  ['name', { ...tenant, name: 7 }],
  ['name', { ...tenant, name: '' }],
  ['name', { ...tenant, name: long }],
  ['name', { ...tenant, name: 'line\nbreak' }],
  ['name', { ...tenant, name: null }],
  ['maintenance.retryAfterSeconds', { ...tenant, maintenance: { retryAfterSeconds: 0 } }],
  ['hosts.1', { ...tenant, hosts: ['a.example', 'A.example'] }],
  ['hosts.2', { ...tenant, hosts: ['*.a.example', 'a.example', '*.a.example'] }],
  ['status', { ...tenant, status: 'deleted' }],
  ['limits', { ...tenant, limits: 7 }],
  ['limits', { ...tenant, limits: null }],
  ['limits.unknown', { ...tenant, limits: { unknown: 1 } }],
  ...['maxConnections', 'maxConnectionsPerKey', 'maxConnectionsPerIp', 'connectionsPerSecond'].flatMap(
    badLimit,
  ),
  ...['messagesPerSecond', 'bytesPerSecond', 'maxMessageBytes'].flatMap(badLimit),
];

const routeCases: Case[] = [
  ['match', { upstreams }],
  ['match', { ...route, match: 'chat.acme.example/socket' }],
  ['match.path', { ...route, match: {} }],
  ['match.path', { ...route, match: { path: 'socket' } }],
  ['match.path', { ...route, match: { path: '/a%2fb' } }],
  ['match.path', { ...route, match: { path: '/a/../b' } }],
  ['match.path', { ...route, match: { path: `/${long}` } }],
  ['match.path', { ...route, match: { path: '/a?b' } }],
  ['match.host', { ...route, match: { path: '/new', host: 'acme.example:8080' } }],
  ['match.host', { ...route, match: { path: '/new', host: 'acme.example/path' } }],
  ['match.host', { ...route, match: { path: '/new', host: 'https://acme.example' } }],
  ['match.host', { ...route, match: { path: '/new', host: 'a.*.example' } }],
  ['match.host', { ...route, match: { path: '/new', host: `${long}.example` } }],
  ['match.host', { ...route, match: { path: '/new', host: 7 } }],
  ['match.pathType', { ...route, match: { path: '/new', pathType: 'regex' } }],
  ['match.path', { ...route, match: { path: '/a%2Fb', encodedSlash: 'pass' } }],
  ['match.encodedSlash', { ...route, match: { path: '/new', encodedSlash: 'decode' } }],
  ['match.encodedSlash', { ...route, match: { path: '/new', encodedSlash: true } }],
  ['match.unknown', { ...route, match: { path: '/new', unknown: 1 } }],
  ['upstreams', { match: { path: '/new' } }],
  ['upstreams', { ...route, upstreams: [] }],
  ['upstreams', { ...route, upstreams: 'ws://10.0.0.5' }],
  ['upstreams', { ...route, upstreams: Array.from({ length: 65 }, () => ({ url: 'ws://10.0.0.5' })) }],
  ['upstreams.0.url', { ...route, upstreams: [{}] }],
  ['upstreams.0.url', badUpstream('ftp://10.0.0.5')],
  ['upstreams.0.url', badUpstream('http:///x')],
  ['upstreams.0.url', badUpstream('https://h%78')],
  ['upstreams.0.url', badUpstream('ws://user:secret@10.0.0.5')],
  ['upstreams.0.url', badUpstream('ws://user@10.0.0.5')],
  ['upstreams.0.url', badUpstream('ws://')],
  ['upstreams.0.url', badUpstream('ws://10.0.0.5:99999')],
  ['upstreams.0.url', badUpstream('ws:///x')],
  ['upstreams.0.url', badUpstream('ws:////x')],
  ['upstreams.0.url', badUpstream('ws://h\\x')],
  ['upstreams.0.url', badUpstream('ws://h%78')],
  ['upstreams.0.url', badUpstream('ws://0x7f.1')],
  ['upstreams.0.url', badUpstream('ws://127.1:9000')],
  ['upstreams.0.url', badUpstream('ws://münchen.example')],
  ['upstreams.0.url', badUpstream('ws://fd00::5:9000')],
  ['upstreams.0.url', badUpstream('ws://10.0.0.5/?a=b')],
  ['upstreams.0.url', badUpstream('ws://10.0.0.5/#a')],
  ['upstreams.0.url', badUpstream(`ws://10.0.0.5/${long}`)],
  ['upstreams.0.weight', { ...route, upstreams: [{ ...upstreams[0], weight: -1 }] }],
  ['upstreams.0.weight', { ...route, upstreams: [{ ...upstreams[0], weight: 1001 }] }],
  ['upstreams.0.state', { ...route, upstreams: [{ ...upstreams[0], state: 'up' }] }],
  ['upstreams.0.backup', { ...route, upstreams: [{ ...upstreams[0], backup: null }] }],
  ['upstreams.1.url', { ...route, upstreams: [{ url: 'ws://up.example' }, { url: 'ws://UP.example:80/' }] }],
  ['upstreams.0.unknown', { ...route, upstreams: [{ ...upstreams[0], unknown: 1 }] }],
  ['name', { ...route, name: long }],
  ['enabled', { ...route, enabled: 'yes' }],
  ['balancing', { ...route, balancing: 'random' }],
  ['hashKey', { ...route, hashKey: { from: 'clientAddress' } }],
  ['hashKey', { ...route, balancing: 'consistentHash' }],
  ['hashKey.from', hashedBy({ from: 'body' })],
  ['hashKey.name', hashedBy({ from: 'header' })],
  ['hashKey.name', hashedBy({ from: 'clientAddress', name: 'X-Room' })],
  ['hashKey.name', hashedBy({ from: 'query', name: '' })],
  ['hashKey.segment', hashedBy({ from: 'pathSegment' })],
  ['hashKey.segment', hashedBy({ from: 'pathSegment', segment: -1 })],
  ['hashKey.ipv4PrefixLength', hashedBy({ from: 'clientAddress', ipv4PrefixLength: 33 })],
  ['balanceFactor', { ...hashedBy({ from: 'clientAddress' }), balanceFactor: 100 }],
  ['balanceFactor', { ...route, balanceFactor: 150 }],
  ['slowStartMs', { ...hashedBy({ from: 'clientAddress' }), slowStartMs: 1000 }],
  ['slowStartMs', { ...route, slowStartMs: 0 }],
  ['rewrite.stripPrefix', { ...route, rewrite: { stripPrefix: 1 } }],
  ['rewrite.unknown', { ...route, rewrite: { unknown: 1 } }],
  ['rewrite.""', { ...route, rewrite: { '': 1 } }],
  ['upstreamHost', { ...route, upstreamHost: 'chat.example' }],
  ['requestHeaders.set.Upgrade', { ...route, requestHeaders: { set: { Upgrade: 'h2c' } } }],
  ['requestHeaders.set.bad name', { ...route, requestHeaders: { set: { 'bad name': 'x' } } }],
  ['requestHeaders.set.X-Tenant', { ...route, requestHeaders: { set: { 'X-Tenant': 'a\r\nB: c' } } }],
  [
    'requestHeaders.set.x-tenant',
    { ...route, requestHeaders: { set: { 'X-Tenant': 'a', 'x-tenant': 'b' } } },
  ],
  ['requestHeaders.remove.1', { ...route, requestHeaders: { remove: ['X-A', 'x-a'] } }],
  ['requestHeaders.remove.0', { ...route, requestHeaders: { remove: ['Sec-WebSocket-Key'] } }],
  ['auth.mode', { ...route, auth: { mode: 'basic' } }],
  ['auth.sources', { ...route, auth: { sources: ['header', 'header'] } }],
  ['auth.sources.0', { ...route, auth: { sources: ['cookie'] } }],
  ['allowedOrigins.0', { ...route, allowedOrigins: ['app.example'] }],
  ['allowedOrigins.1', { ...route, allowedOrigins: ['https://a.example', 'HTTPS://a.example'] }],
  ['auth.jwt.audience.1', withTokens({ audience: ['a', 'a'] })],
  ['auth.jwt.jwksUrl', withTokens({ jwksUrl: 'https:///keys' })],
  ['auth.jwt.jwksUrl', withTokens({ jwksUrl: 'https://id.example\\keys' })],
  ['auth.jwt.requiredClaims.user', withTokens({ requiredClaims: { user: 2 ** 53 } })],
  ['allowedOrigins.0', { ...route, allowedOrigins: ['https://app.example/path'] }],
  ['maxConnections', { ...route, maxConnections: -1 }],
  ['onChange', { ...route, onChange: 'close' }],
  ['onAccessChange', { ...route, onAccessChange: 'drop' }],
  ['onMessageRate', { ...route, onMessageRate: 'drop' }],
  ['timeouts.connectMs', { ...route, timeouts: { connectMs: 0 } }],
  ['timeouts.handshakeMs', { ...route, timeouts: { handshakeMs: null } }],
  ['timeouts.idleMs', { ...route, timeouts: { idleMs: 1.5 } }],
  ['timeouts.maxLifetimeMs', { ...route, timeouts: { maxLifetimeMs: 1e15 } }],
  ['timeouts.unknown', { ...route, timeouts: { unknown: 1 } }],
  ['keepalive.pingIntervalMs', { ...route, keepalive: { pingIntervalMs: '25s' } }],
  ['unknown', { ...route, unknown: 1 }],
];

const keyCases: Case[] = [
  ['name', {}],
  ['name', { name: '' }],
  ['name', { name: long }],
  ['scopes', { ...key, scopes: [] }],
  ['scopes', { ...key, scopes: 'connect' }],
  ['scopes', { ...key, scopes: ['connect', 'connect'] }],
  ['scopes.0', { ...key, scopes: ['admin'] }],
  ['routeIds', { ...key, routeIds: [] }],
  ['routeIds.0', { ...key, routeIds: ['chat'] }],
  ['routeIds.1', { ...key, routeIds: ['rte_01jd3x4m5n6p7q8r9s0t1v2w3x', 'rte_01jd3x4m5n6p7q8r9s0t1v2w3x'] }],
  ['routeIds.0', { ...key, routeIds: ['rte_01jd3x4m5n6p7q8r9s0t1v2w3x'] }],
  ['maxConnections', { ...key, maxConnections: -1 }],
  ['maxConnections', { ...key, maxConnections: 1.5 }],
  ['expiresAt', { ...key, expiresAt: 'tomorrow' }],
  ['expiresAt', { ...key, expiresAt: '2026-02-31T00:00:00Z' }],
  ['expiresAt', { ...key, expiresAt: '2099-01-01T00:00:00' }],
  ['expiresAt', { ...key, expiresAt: '2099-01-01T00:00:00+0100' }],
  ['expiresAt', { ...key, expiresAt: '9999-12-31T23:59:59-01:00' }],
  ['expiresAt', { ...key, expiresAt: '2020-01-01T00:00:00Z' }],
  ['expiresAt', { ...key, expiresAt: new Date(Date.now() + 3_500_000).toISOString().replace('Z', '+01:00') }],
  ['secretHash', { ...key, secretHash: 'a'.repeat(64) }],
  ['unknown', { ...key, unknown: 1 }],
];

let api: ApiUnderTest;
let routePath = '';
let keyPath = '';
let committed = 0;
beforeAll(async () => {
  api = await ApiUnderTest.start();
  await api.request('POST', '/v1/tenants', { slug: 'acme' });
  await api.request('POST', '/v1/tenants', { slug: 'taken' });
  const made = await api.request('POST', '/v1/tenants/acme/routes', { match, upstreams });
  routePath = `/v1/tenants/acme/routes/${made.body.id}`;
  const issued = await api.request('POST', '/v1/tenants/acme/api-keys', key);
  keyPath = `/v1/tenants/acme/api-keys/${issued.body.id}`;
  committed = await api.revision();
  await api.published(committed);
});
afterAll(() => api.remove());

// Fields that are only required in a POST are optional in a PATCH.
const isMissingField = (body: unknown): boolean =>
  typeof body === 'object' &&
  body !== null &&
  Object.keys(body).every((name) => ['upstreams', 'match'].includes(name));

describe('a wrong field is refused by name, and nothing is written or published', () => {
  test.each(tenantCases)('tenant: %s in %j', async (field, body) => {
    await expectRefusal('POST', '/v1/tenants', body, 422, 'validation_failed', field);
    if (JSON.stringify(body) !== '{}') {
      await expectRefusal('PATCH', '/v1/tenants/acme', body, 422, 'validation_failed', field);
    }
  });

  test.each(routeCases)('route: %s in %j', async (field, body) => {
    await expectRefusal('POST', '/v1/tenants/acme/routes', body, 422, 'validation_failed', field);
    await expectRefusal('PUT', routePath, body, 422, 'validation_failed', field);
    if (!isMissingField(body)) await expectRefusal('PATCH', routePath, body, 422, 'validation_failed', field);
  });

  test.each(keyCases)('API key: %s in %j', async (field, body) => {
    await expectRefusal('POST', '/v1/tenants/acme/api-keys', body, 422, 'validation_failed', field);
    if (JSON.stringify(body) !== '{}') {
      await expectRefusal('PATCH', keyPath, body, 422, 'validation_failed', field);
    }
  });
});

describe('an invalid request is refused, and nothing is written or published', () => {
  test('unknown tenant', async () => {
    for (const path of ['/v1/tenants/nobody/routes', '/v1/tenants/ten_01jd3x4m5n6p7q8r9s0t1v2w3x/routes']) {
      await expectRefusal('POST', path, route, 404, 'not_found', 'tenant');
    }
    await expectRefusal('POST', '/v1/tenants/nobody/api-keys', key, 404, 'not_found', 'tenant');
    await expectRefusal('PATCH', '/v1/tenants/nobody', { name: 'x' }, 404, 'not_found', 'tenant');
  });

  test('unknown route and unknown key', async () => {
    await expectRefusal('PATCH', '/v1/tenants/acme/routes/nothing', {}, 404, 'not_found', 'route');
    await expectRefusal('POST', '/v1/tenants/acme/api-keys/nothing/rotate', {}, 404, 'not_found', 'key');
  });

  test('a second route on the same host and path', async () => {
    const path = '/v1/tenants/taken/routes';
    await expectRefusal('POST', path, { match, upstreams }, 409, 'route_conflict', 'match');
  });

  test('the slug of another tenant', async () => {
    await expectRefusal('POST', '/v1/tenants', { slug: 'taken' }, 409, 'slug_taken', 'slug');
    await expectRefusal('PATCH', '/v1/tenants/acme', { slug: 'taken' }, 409, 'slug_taken', 'slug');
  });

  test('a body that is not JSON, too large, or of another media type', async () => {
    const refuse = (extras: RequestExtras, status: number, code: string): Promise<void> =>
      expectRefusal('POST', '/v1/tenants', undefined, status, code, null, extras);
    await refuse({ raw: '{"slug": "new"' }, 400, 'malformed_json');
    await refuse({ raw: 'slug=new' }, 400, 'malformed_json');
    await refuse(
      { raw: JSON.stringify({ slug: 'new', name: 'x'.repeat(2_000_000) }) },
      413,
      'body_too_large',
    );
    const xml = { 'content-type': 'application/xml' };
    await refuse({ raw: '<slug>new</slug>', headers: xml }, 415, 'unsupported_media_type');
    const latin1 = { 'content-type': 'application/json; charset=latin1' };
    await refuse({ raw: '{"slug":"new"}', headers: latin1 }, 415, 'unsupported_media_type');
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    await refuse({ raw: 'slug=new', headers: form }, 415, 'unsupported_media_type');
  });

  test('an unknown query parameter', async () => {
    await expectRefusal('POST', '/v1/tenants?dryRun=true', tenant, 400, 'invalid_request', 'dryRun');
    await expectRefusal('GET', '/v1/tenants?offset=3', undefined, 400, 'invalid_request', 'offset');
  });

  test.each(['0', '201', '-1', '1.5', 'all', ''])('limit=%s', async (limit) => {
    await expectRefusal('GET', `/v1/tenants?limit=${limit}`, undefined, 400, 'invalid_request', 'limit');
  });

  test.each(['x', '%00', 'dGVuXzE', 'rte_01jd3x4m5n6p7q8r9s0t1v2w3x'])('cursor=%s', async (cursor) => {
    await expectRefusal('GET', `/v1/tenants?cursor=${cursor}`, undefined, 400, 'invalid_cursor', 'cursor');
  });

  test('an unknown path, or a method that the path does not have', async () => {
    await expectRefusal('GET', '/v1/nothing', undefined, 404, 'not_found', null);
    await expectRefusal('GET', '/v1/tenants/%zz', undefined, 400, 'invalid_request', null);
    const answer = await api.request('DELETE', '/v1/tenants');
    expect(answer.status).toBe(405);
    expect(answer.headers.get('allow')).toBe('POST, GET, HEAD');
  });

  test('a field named like a member of Object.prototype', async () => {
    for (const field of ['constructor', '__proto__', 'toString']) {
      const extras = { raw: `{"slug":"new","${field}":{"prototype":{}}}` };
      await expectRefusal('POST', '/v1/tenants', undefined, 422, 'validation_failed', field, extras);
    }
  });
});

test('answers do not name the framework, and forbid sniffing and caching', async () => {
  const { headers } = await api.request('GET', '/v1/tenants');
  expect(headers.get('x-powered-by')).toBeNull();
  expect(headers.get('x-content-type-options')).toBe('nosniff');
  expect(headers.get('cache-control')).toBe('no-store');
});

function badLimit(name: string): Case[] {
  return [-1, 1.5, '7', 1e300].map((value) => [`limits.${name}`, { ...tenant, limits: { [name]: value } }]);
}

function withTokens(jwt: object): object {
  const base = { issuer: 'https://id.example', audience: ['a'], jwksUrl: 'https://id.example/keys' };
  return { ...route, auth: { mode: 'jwt', jwt: { ...base, ...jwt } } };
}

function hashedBy(hashKey: object): object {
  return { ...route, balancing: 'consistentHash', hashKey };
}

function badUpstream(url: string): object {
  return { ...route, upstreams: [{ url }] };
}

async function expectRefusal(
  method: string,
  path: string,
  body: unknown,
  status: number,
  code: string,
  field: string | null,
  extras: RequestExtras = {},
): Promise<void> {
  const answer = await api.request(method, path, body, extras);
  expect(answer.text).toContain(code);
  expect(answer.status).toBe(status);
  expect(answer.headers.get('content-type')).toBe('application/problem+json');
  expect(answer.body).toMatchObject({ type: `urn:sluice:problem:${code}`, status, code });
  if (field !== null) expect(answer.body.errors.map((error) => error.field)).toContain(field);
  // The default messages of zod report the given value instead of the expected one.
  expect(answer.text).not.toMatch(/"message":"(Invalid|Too (big|small)|Unrecognized)/);
  expect(await api.revision()).toBe(committed);
  expect(api.sink.changes).toHaveLength(committed);
}
