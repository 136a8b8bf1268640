import { afterEach, beforeEach, expect, test } from 'vitest';
import { ApiUnderTest, type ApiAnswer } from '../../../test/support/api-under-test.js';
import { alteredCredential } from '../../../test/support/altered-credential.js';

const acme = '/v1/tenants/acme';
const aRoute = { match: { path: '/' }, upstreams: [{ url: 'ws://10.0.0.5' }] };

let api: ApiUnderTest;
let manager = '';
beforeEach(async () => {
  api = await ApiUnderTest.start();
  await api.request('POST', '/v1/tenants', { slug: 'acme', hosts: null });
  await api.request('POST', '/v1/tenants', { slug: 'other' });
  manager = await issue({ name: 'manager', scopes: ['manage'] });
});
afterEach(() => api.remove());

test('every path under /v1 needs a valid token', async () => {
  const tokens = [null, 'wrong', 'slc_000000000000_0', alteredCredential(manager), `${manager}x`];
  for (const token of tokens) {
    for (const [method, path] of [
      ['GET', '/v1/tenants'],
      ['POST', '/v1/tenants'],
      ['GET', `${acme}/routes`],
      ['DELETE', acme],
    ] as const) {
      const answer = await api.request(method, path, method === 'POST' ? { slug: 'x' } : undefined, {
        token,
      });
      expect(answer.status).toBe(401);
      expect(answer.body.code).toBe('unauthorized');
      expect(answer.headers.get('www-authenticate')).toBe('Bearer');
    }
  }
  const basic = await api.request('GET', '/v1/tenants', undefined, {
    token: null,
    headers: { authorization: 'Basic YTpi' },
  });
  expect(basic.status).toBe(401);
});

test('health, metrics, the documentation and the list of paths need no token', async () => {
  for (const path of ['/healthz', '/readyz', '/metrics', '/openapi.json', '/docs', '/v1']) {
    expect((await api.request('GET', path, undefined, { token: null })).status).toBe(200);
  }
});

test('a key with the scope manage reads and changes its own tenant', async () => {
  expect((await asManager('GET', '/v1/tenants')).body.items).toMatchObject([{ slug: 'acme' }]);
  expect((await asManager('PATCH', acme, { name: 'Renamed' })).status).toBe(200);
  expect((await asManager('POST', `${acme}/routes`, aRoute)).status).toBe(201);
  expect((await asManager('POST', `${acme}/api-keys`, { name: 'x', scopes: ['manage'] })).status).toBe(201);
});

test('every request of a key for a resource of another tenant gets 404', async () => {
  const route = (await api.request('POST', '/v1/tenants/other/routes', aRoute)).body.id;
  const revision = await api.revision();
  for (const [method, path, body] of [
    ['GET', '/v1/tenants/other'],
    ['PATCH', '/v1/tenants/other', { name: 'mine' }],
    ['DELETE', '/v1/tenants/other'],
    ['GET', '/v1/tenants/other/routes'],
    ['POST', '/v1/tenants/other/routes', { ...aRoute, match: { path: '/mine' } }],
    ['DELETE', `/v1/tenants/other/routes/${route}`],
    ['GET', `${acme}/routes/${route}`],
    ['DELETE', `${acme}/routes/${route}`],
    ['POST', '/v1/tenants/other/api-keys', { name: 'mine', scopes: ['manage'] }],
  ] as const) {
    expect((await asManager(method, path, body)).status).toBe(404);
  }
  expect(await api.revision()).toBe(revision);
});

test('only operators create, delete, suspend and limit tenants', async () => {
  for (const [method, path, body] of [
    ['POST', '/v1/tenants', { slug: 'third' }],
    ['DELETE', acme],
    ['PATCH', acme, { status: 'suspended' }],
    ['PATCH', acme, { limits: { maxConnections: null } }],
  ] as const) {
    const answer = await asManager(method, path, body);
    expect(answer.status).toBe(403);
    expect(answer.body.code).toBe('forbidden');
  }
  expect(
    (await asManager('PATCH', acme, { status: 'active', limits: { maxConnections: 1000 } })).status,
  ).toBe(200);
});

test('a key cannot grant another key a scope that it does not have', async () => {
  const both = await issue({ name: 'both', scopes: ['manage', 'connect'] });
  const { id } = (await api.request('POST', `${acme}/api-keys`, { name: 'web' })).body;
  for (const answer of [
    await asManager('POST', `${acme}/api-keys`, { name: 'x' }),
    await asManager('PATCH', `${acme}/api-keys/${id}`, { name: 'x' }),
    await asManager('POST', `${acme}/api-keys/${id}/rotate`),
  ]) {
    expect(answer.status).toBe(403);
  }
  expect((await api.request('POST', `${acme}/api-keys`, { name: 'x' }, { token: both })).status).toBe(201);
});

test('a key cannot grant another key a route that it cannot use, nor rotate a key with more routes', async () => {
  const own = (await api.request('POST', `${acme}/routes`, aRoute)).body.id;
  const foreign = (await api.request('POST', `${acme}/routes`, { ...aRoute, match: { path: '/b' } })).body.id;
  const token = await issue({ name: 'narrow', scopes: ['manage'], routeIds: [own] });
  const { id } = (await api.request('POST', `${acme}/api-keys`, { name: 'all', scopes: ['manage'] })).body;
  const key = (routeIds: string[] | null) => ({ name: 'x', scopes: ['manage'], routeIds });
  for (const [method, path, body] of [
    ['POST', `${acme}/api-keys`, key(null)],
    ['POST', `${acme}/api-keys`, key([own, foreign])],
    ['PATCH', `${acme}/api-keys/${id}`, { name: 'x' }],
    ['POST', `${acme}/api-keys/${id}/rotate`, undefined],
  ] as const) {
    const answer = await api.request(method, path, body, { token });
    expect([answer.status, answer.body.errors[0]?.field]).toEqual([403, 'routeIds']);
  }
  expect((await api.request('POST', `${acme}/api-keys`, key([own]), { token })).status).toBe(201);
});

test('a key with an expiry cannot grant a later one to another key, a ticket or itself', async () => {
  const soon = new Date(Date.now() + 60_000).toISOString();
  const later = new Date(Date.now() + 120_000).toISOString();
  const scopes = ['manage', 'connect'];
  const own = (await api.request('POST', `${acme}/api-keys`, { name: 'ends', scopes, expiresAt: soon })).body;
  const { id } = (await api.request('POST', `${acme}/api-keys`, { name: 'stays', scopes })).body;
  const revision = await api.revision();
  for (const [method, path, body] of [
    ['POST', `${acme}/api-keys`, { name: 'x', scopes }],
    ['POST', `${acme}/api-keys`, { name: 'x', scopes, expiresAt: later }],
    ['PATCH', `${acme}/api-keys/${own.id}`, { expiresAt: null }],
    ['PATCH', `${acme}/api-keys/${own.id}`, { expiresAt: later }],
    ['PATCH', `${acme}/api-keys/${id}`, { name: 'x' }],
    ['POST', `${acme}/api-keys/${id}/rotate`, undefined],
    ['POST', `${acme}/api-keys/${id}/tickets`, undefined],
  ] as const) {
    const answer = await api.request(method, path, body, { token: own.key });
    expect([answer.status, answer.body.code]).toEqual([403, 'forbidden']);
    expect(answer.body.errors.map(({ field }) => field)).toEqual(['expiresAt']);
  }
  expect(await api.revision()).toBe(revision);
  for (const [path, body] of [
    [`${acme}/api-keys`, { name: 'x', scopes, expiresAt: soon }],
    [`${acme}/api-keys/${own.id}/tickets`, undefined],
    [`${acme}/api-keys/${own.id}/rotate`, undefined],
  ] as const) {
    expect((await api.request('POST', path, body, { token: own.key })).status).toBeLessThan(300);
  }
});

test('a secret in its grace period can neither obtain the new secret nor extend the period', async () => {
  const { id, key: token } = (
    await api.request('POST', `${acme}/api-keys`, { name: 'in grace', scopes: ['manage'] })
  ).body;
  await api.request('POST', `${acme}/api-keys/${id}/rotate`, { graceSeconds: 3600 });
  for (const [path, body] of [
    [`${acme}/api-keys/${id}/rotate`, undefined],
    [`${acme}/api-keys`, { name: 'x', scopes: ['manage'] }],
  ] as const) {
    const { status, body: answer } = await api.request('POST', path, body, { token });
    expect([status, answer.errors[0]?.field]).toEqual([403, 'expiresAt']);
  }
});

test('a key with the scope read can read its tenant and change nothing; a key with the scope manage can create such a key', async () => {
  const body = { name: 'reader', scopes: ['read'] };
  const token = (await asManager('POST', `${acme}/api-keys`, body)).body.key;
  for (const path of [acme, '/v1/tenants', `${acme}/routes`, `${acme}/api-keys`, '/v1/connections']) {
    expect((await api.request('GET', path, undefined, { token })).status).toBe(200);
  }
  for (const [method, path, body] of [
    ['PATCH', acme, {}],
    ['POST', `${acme}/routes`, aRoute],
    ['POST', `${acme}/api-keys`, { name: 'x', scopes: ['read'] }],
    ['DELETE', '/v1/connections?all=true', undefined],
  ] as const) {
    const answer = await api.request(method, path, body, { token });
    expect([answer.status, answer.body.code]).toEqual([403, 'forbidden']);
  }
});

test('a key without the scope manage or read, of a suspended tenant, revoked or expired is refused', async () => {
  const connect = await issue({ name: 'web' });
  const past = await issue({ name: 'past', scopes: ['manage'] });
  const { items } = (await api.request('GET', `${acme}/api-keys`)).body;
  await api.expireKey(items.at(-1)?.id ?? '');
  expect((await api.request('GET', acme, undefined, { token: connect })).status).toBe(403);
  expect((await api.request('GET', acme, undefined, { token: past })).status).toBe(401);
  await api.request('PATCH', acme, { status: 'suspended' });
  expect((await asManager('GET', acme)).body.code).toBe('tenant_suspended');
  await api.request('PATCH', acme, { status: 'active' });
  const [own] = (await api.request('GET', `${acme}/api-keys`)).body.items;
  await api.request('DELETE', `${acme}/api-keys/${own?.id ?? ''}`);
  expect((await asManager('GET', acme)).status).toBe(401);
});

test('after a rotation the old secret is refused and the new one accepted', async () => {
  const [own] = (await api.request('GET', `${acme}/api-keys`)).body.items;
  const rotated = await asManager('POST', `${acme}/api-keys/${own?.id ?? ''}/rotate`);
  expect((await asManager('GET', acme)).status).toBe(401);
  expect((await api.request('GET', acme, undefined, { token: rotated.body.key })).status).toBe(200);
});

async function issue(body: object): Promise<string> {
  return (await api.request('POST', `${acme}/api-keys`, body)).body.key;
}

function asManager(method: string, path: string, body?: unknown): Promise<ApiAnswer> {
  return api.request(method, path, body, { token: manager });
}
