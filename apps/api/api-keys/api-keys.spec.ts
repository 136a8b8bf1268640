import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ApiUnderTest } from '../../../test/support/api-under-test.js';
import { longWait } from '../../../test/support/long-wait.js';

const keys = '/v1/tenants/acme/api-keys';
const routes = '/v1/tenants/acme/routes';
const aRoute = { match: { path: '/a' }, upstreams: [{ url: 'ws://10.0.0.5' }] };

let api: ApiUnderTest;
beforeEach(async () => {
  api = await ApiUnderTest.start();
  await api.request('POST', '/v1/tenants', { slug: 'acme' });
});
afterEach(() => api.remove());

test('routeIds may have names of routes in every write, and answers have their ids', async () => {
  const route = (await api.request('POST', routes, { ...aRoute, name: 'chat' })).body.id;
  const named = { name: 'web', routeIds: ['chat'] };
  const created = (await api.request('POST', keys, named)).body;
  expect(created.routeIds).toEqual([route]);
  const revision = await api.revision();
  for (const method of ['PATCH', 'PUT']) {
    const { status, body } = await api.request(method, `${keys}/web`, named);
    expect([status, body.routeIds]).toEqual([200, [route]]);
  }
  expect(await api.revision()).toBe(revision);
  for (const [routeIds, code, message] of [
    [[route, 'none'], 'not_found', 'the tenant has no such route'],
    [[route, 'chat'], 'repeated', '"chat" is listed twice'],
  ] as const) {
    const { status, body } = await api.request('PATCH', `${keys}/web`, { routeIds });
    expect([status, body.errors]).toEqual([422, [{ field: 'routeIds.1', code, message }]]);
  }
  await api.request('DELETE', `${routes}/chat`);
  expect((await api.request('PATCH', `${keys}/web`, { routeIds: [route] })).status).toBe(200);
  expect((await api.request('PATCH', `${keys}/web`, { routeIds: ['chat'] })).status).toBe(422);
});

test('the secret of a key is shown once, and neither stored nor published', async () => {
  const { status, body } = await api.request('POST', keys, { name: 'web' });
  expect(status).toBe(201);
  expect(body).toMatchObject({ scopes: ['connect'], routeIds: null, revokedAt: null });
  expect(body.key.startsWith(`${body.prefix}_`)).toBe(true);
  const secret = body.key.slice(body.prefix.length + 1, -6);
  const listed = (await api.request('GET', `${keys}/${body.id}`)).body;
  expect({ ...listed, key: body.key }).toEqual(body);
  expect((await api.request('GET', keys)).body.items).toEqual([listed]);
  expect(JSON.stringify(listed)).not.toContain(secret);
  await api.published(2);
  expect(JSON.stringify(api.sink.changes)).not.toContain(secret);
  const stored = await api.everythingStored();
  expect(stored).toContain(body.id);
  expect(stored).not.toContain(secret);
});

test('a revoked key is still listed, is published as deleted, and can be revoked again', async () => {
  const { body } = await api.request('POST', keys, { name: 'web' });
  expect((await api.request('DELETE', `${keys}/${body.id}`)).status).toBe(204);
  expect((await api.request('DELETE', `${keys}/${body.id}`)).status).toBe(204);
  expect((await api.request('GET', `${keys}/${body.id}`)).body.revokedAt).toMatch(/^20/);
  expect(await api.revision()).toBe(3);
  await api.published(3);
  expect(api.sink.changes[2]?.entries).toEqual([{ kind: 'apiKey', id: body.id, value: null }]);
});

test('a revoked key can neither be rotated nor changed', async () => {
  const { body } = await api.request('POST', keys, { name: 'web' });
  await api.request('DELETE', `${keys}/${body.id}`);
  for (const answer of [
    await api.request('POST', `${keys}/${body.id}/rotate`),
    await api.request('PATCH', `${keys}/${body.id}`, { name: 'other' }),
  ]) {
    expect(answer.status).toBe(409);
    expect(answer.body.code).toBe('key_revoked');
  }
});

test('a rotated key keeps its id and gets a new secret', async () => {
  const { body } = await api.request('POST', keys, { name: 'web', maxConnections: 3 });
  const rotated = await api.request('POST', `${keys}/${body.id}/rotate`);
  expect(rotated.status).toBe(200);
  expect(rotated.headers.get('location')).toBeNull();
  expect(rotated.body).toMatchObject({ id: body.id, name: 'web', maxConnections: 3 });
  expect(rotated.body.key).not.toBe(body.key);
  expect((await api.request('POST', `${keys}/${body.id}/rotate`, { name: 'x' })).status).toBe(422);
});

test('after a rotation with a grace period, the previous secret is valid until the period ends, is published as a hash and shown as a prefix', async () => {
  const { body } = await api.request('POST', keys, { name: 'manager', scopes: ['manage'] });
  const rotated = await api.request('POST', `${keys}/${body.id}/rotate`, { graceSeconds: 3600 });
  const { previous } = rotated.body as unknown as { previous: { prefix: string; expiresAt: string } };
  expect(previous.prefix).toBe(body.prefix);
  expect(Math.abs(Date.parse(previous.expiresAt) - Date.now() - 3_600_000)).toBeLessThan(60_000);
  await api.published(3);
  const [entry] = api.sink.changes[2]?.entries ?? [];
  const secretHash = expect.stringMatching(/^[0-9a-f]{64}$/) as string;
  expect(entry?.value).toMatchObject({ prefix: rotated.body.prefix, previous: { ...previous, secretHash } });
  const statusWith = async (token: string): Promise<number> =>
    (await api.request('GET', keys, undefined, { token })).status;
  expect([await statusWith(body.key), await statusWith(rotated.body.key)]).toEqual([200, 200]);
  const again = await api.request('POST', `${keys}/${body.id}/rotate`, { graceSeconds: 1 });
  expect([await statusWith(body.key), await statusWith(again.body.key)]).toEqual([401, 200]);
  await vi.waitFor(async () => expect(await statusWith(rotated.body.key)).toBe(401), longWait);
  const last = await api.request('POST', `${keys}/${body.id}/rotate`);
  expect(last.body).toMatchObject({ previous: null });
  expect(await statusWith(again.body.key)).toBe(401);
});

test.each([{ graceSeconds: -1 }, { graceSeconds: 604_801 }, { graceSeconds: null }, { grace: 1 }])(
  'a rotation with the body %j is refused',
  async (body) => {
    const key = await api.request('POST', keys, { name: 'web' });
    const answer = await api.request('POST', `${keys}/${key.body.id}/rotate`, body);
    expect([answer.status, answer.body.code]).toEqual([422, 'validation_failed']);
  },
);

test('a key cannot be limited to a route of another tenant', async () => {
  await api.request('POST', '/v1/tenants', { slug: 'other' });
  const foreign = (await api.request('POST', '/v1/tenants/other/routes', aRoute)).body.id;
  const own = (await api.request('POST', routes, { ...aRoute, match: { path: '/b' } })).body.id;
  const refused = await api.request('POST', keys, { name: 'web', routeIds: [own, foreign] });
  expect(refused.status).toBe(422);
  expect(refused.body).toMatchObject({ code: 'validation_failed', errors: [{ field: 'routeIds.1' }] });
  expect((await api.request('POST', keys, { name: 'web', routeIds: [own] })).status).toBe(201);
});

test('a key gains access to no other route when its only route is deleted', async () => {
  const route = (await api.request('POST', routes, aRoute)).body.id;
  const key = (await api.request('POST', keys, { name: 'web', routeIds: [route] })).body.id;
  await api.request('DELETE', `${routes}/${route}`);
  expect((await api.request('GET', `${keys}/${key}`)).body.routeIds).toEqual([route]);
  const renamed = await api.request('PATCH', `${keys}/${key}`, { name: 'renamed' });
  expect(renamed.status).toBe(200);
  expect(renamed.body.routeIds).toEqual([route]);
  expect((await api.request('PATCH', `${keys}/${key}`, { routeIds: [] })).status).toBe(422);
});

test('an expiry is accepted with any UTC offset, and shown in UTC', async () => {
  const end = (await api.request('POST', keys, { name: 'ends', expiresAt: '2099-01-01T01:30:00+01:00' }))
    .body;
  expect(end).toMatchObject({ expiresAt: '2099-01-01T00:30:00.000Z' });
  const later = await api.request('PATCH', `${keys}/${end.id}`, { expiresAt: '2099-06-01T00:00:00.5-08:00' });
  expect(later.body).toMatchObject({ expiresAt: '2099-06-01T08:00:00.500Z' });
});

test('an expired key can be renamed, but its expiry cannot be set to another time in the past', async () => {
  const { id } = (await api.request('POST', keys, { name: 'old' })).body;
  await api.expireKey(id);
  expect((await api.request('PATCH', `${keys}/${id}`, { name: 'older' })).status).toBe(200);
  const past = await api.request('PATCH', `${keys}/${id}`, { expiresAt: '2020-01-01T00:00:00Z' });
  expect([past.status, past.body.errors[0]?.field]).toEqual([422, 'expiresAt']);
  expect((await api.request('PATCH', `${keys}/${id}`, { expiresAt: null })).status).toBe(200);
});
