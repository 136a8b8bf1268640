import { afterEach, beforeEach, expect, test } from 'vitest';
import { ApiUnderTest, type ApiAnswer } from '../../../test/support/api-under-test.js';

const keys = '/v1/tenants/acme/api-keys';
const invalid = {
  valid: false,
  code: 'key_invalid',
  keyId: null,
  name: null,
  tenantId: null,
  scopes: null,
  routeIds: null,
  expiresAt: null,
};

let api: ApiUnderTest;
beforeEach(async () => {
  api = await ApiUnderTest.start();
  await api.request('POST', '/v1/tenants', { slug: 'acme' });
});
afterEach(() => api.remove());

function verify(body: object, token?: string): Promise<ApiAnswer> {
  return api.request('POST', '/v1/api-keys/verify', body, token === undefined ? {} : { token });
}

async function makeKey(fields: object = {}): Promise<{ id: string; key: string }> {
  return (await api.request('POST', keys, { name: `key ${Math.random()}`, ...fields })).body;
}

test('a valid key is described, without its secret', async () => {
  const { id, key } = await makeKey({ name: 'web' });
  const { status, headers, body, text } = await verify({ key });
  expect([status, headers.get('cache-control')]).toEqual([200, 'no-store']);
  expect(body).toMatchObject({ valid: true, code: null, keyId: id, name: 'web', scopes: ['connect'] });
  expect(text).not.toContain(key.slice(-40));
});

test('unknown, mistyped, revoked and altered keys get the same answer', async () => {
  const { key } = await makeKey();
  const revoked = await makeKey();
  await api.request('DELETE', `${keys}/${revoked.id}`);
  const altered = key.slice(0, 20) + (key[20] === 'a' ? 'b' : 'a') + key.slice(21);
  for (const wrong of ['', 'slc_none', altered, revoked.key]) {
    expect((await verify({ key: wrong })).body).toEqual(invalid);
  }
});

test('the route, its origins, the scope and the expiry are checked as by a gateway', async () => {
  const route = { upstreams: [{ url: 'ws://10.0.0.5' }], allowedOrigins: ['https://acme.example'] };
  const routes = '/v1/tenants/acme/routes';
  const made = await api.request('POST', routes, { ...route, name: 'chat', match: { path: '/a' } });
  const other = await api.request('POST', routes, { ...route, match: { path: '/b' } });
  const { id, key } = await makeKey({ routeIds: [made.body.id] });
  const code = async (body: object): Promise<unknown> => (await verify(body)).body.code;
  expect(await code({ key, route: 'chat' })).toBeNull();
  expect(await code({ key, route: made.body.id, origin: 'https://acme.example' })).toBeNull();
  expect(await code({ key, route: 'chat', origin: 'https://evil.example' })).toBe('origin_forbidden');
  expect(await code({ key, route: other.body.id })).toBe('key_forbidden');
  expect(await code({ key, route: 'none' })).toBe('no_route');
  expect(await code({ key: (await makeKey({ scopes: ['read'] })).key, route: 'chat' })).toBe('key_forbidden');
  await api.expireKey(id);
  expect((await verify({ key })).body).toMatchObject({ valid: false, code: 'key_expired', keyId: id });
  expect(await code({ key, origin: 'https://acme.example' })).toBe('validation_failed');
});

test('a route that cannot be a name or an id is refused, before a database refuses its text', async () => {
  const { key } = await makeKey();
  for (const route of ['', 'a\0', 'x'.repeat(101)]) {
    const { status, body } = await verify({ key, route });
    expect([status, body.errors[0]?.field]).toEqual([422, 'route']);
  }
});

test('a rotated key is valid until the end of its grace period, which is its expiry', async () => {
  const { id, key } = await makeKey();
  await api.request('POST', `${keys}/${id}/rotate`, { graceSeconds: 3600 });
  const { body } = await verify({ key });
  expect(body).toMatchObject({ valid: true, keyId: id });
  expect(body).not.toHaveProperty('expiresAt', null);
});

test('a key of a suspended tenant is not valid', async () => {
  const { key } = await makeKey();
  await api.request('PATCH', '/v1/tenants/acme', { status: 'suspended' });
  expect((await verify({ key })).body).toMatchObject({ valid: false, code: 'tenant_suspended' });
});

test('the key of a tenant verifies its own tenant, and keys of others are like unknown ones', async () => {
  const { key } = await makeKey();
  await api.request('POST', '/v1/tenants', { slug: 'other' });
  const { body } = await api.request('POST', '/v1/tenants/other/api-keys', { name: 'r', scopes: ['read'] });
  expect((await verify({ key }, body.key)).body).toEqual(invalid);
  expect((await verify({ key: body.key }, body.key)).body).toMatchObject({ valid: true });
});

test('after 20 wrong keys only keys that were valid before are verified, and the API stays open', async () => {
  const known = await makeKey();
  const fresh = await makeKey();
  await verify({ key: known.key });
  for (let count = 0; count < 20; count += 1) await verify({ key: `slc_wrong${count}` });
  const blocked = await verify({ key: fresh.key });
  expect([blocked.status, blocked.body.code]).toEqual([429, 'too_many_failures']);
  expect(Number(blocked.headers.get('retry-after'))).toBeGreaterThan(0);
  expect((await verify({ key: known.key })).body).toMatchObject({ valid: true });
  expect((await api.request('GET', '/v1/tenants')).status).toBe(200);
});

test('a verified key is neither stored nor audited', async () => {
  const { key } = await makeKey();
  await verify({ key });
  expect(await api.everythingStored()).not.toContain(key);
});
