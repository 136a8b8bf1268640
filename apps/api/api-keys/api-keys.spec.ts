import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ApiUnderTest } from '../../../test/support/api-under-test.js';

const keys = '/v1/tenants/acme/api-keys';
const routes = '/v1/tenants/acme/routes';
const aRoute = { match: { path: '/a' }, upstreams: [{ url: 'ws://10.0.0.5' }] };

let api: ApiUnderTest;
beforeEach(async () => {
  api = await ApiUnderTest.start();
  await api.request('POST', '/v1/tenants', { slug: 'acme' });
});
afterEach(() => api.remove());

it('a key is shown once, and neither stored nor published', async () => {
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
  for (const file of ['sluice.db', 'sluice.db-wal']) {
    expect((await readFile(join(api.folder, file))).includes(secret)).toBe(false);
  }
});

it('a revoked key stays listed, is published as gone, and may be revoked again', async () => {
  const { body } = await api.request('POST', keys, { name: 'web' });
  expect((await api.request('DELETE', `${keys}/${body.id}`)).status).toBe(204);
  expect((await api.request('DELETE', `${keys}/${body.id}`)).status).toBe(204);
  expect((await api.request('GET', `${keys}/${body.id}`)).body.revokedAt).toMatch(/^20/);
  expect(await api.revision()).toBe(3);
  await api.published(3);
  expect(api.sink.changes[2]?.entries).toEqual([{ kind: 'apiKey', id: body.id, value: null }]);
});

it('a revoked key is neither rotated nor changed', async () => {
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

it('a rotated key keeps its id and gets another secret', async () => {
  const { body } = await api.request('POST', keys, { name: 'web', maxConnections: 3 });
  const rotated = await api.request('POST', `${keys}/${body.id}/rotate`);
  expect(rotated.status).toBe(200);
  expect(rotated.headers.get('location')).toBeNull();
  expect(rotated.body).toMatchObject({ id: body.id, name: 'web', maxConnections: 3 });
  expect(rotated.body.key).not.toBe(body.key);
  expect((await api.request('POST', `${keys}/${body.id}/rotate`, { name: 'x' })).status).toBe(422);
});

it('the routes of a key are routes of its tenant', async () => {
  await api.request('POST', '/v1/tenants', { slug: 'other' });
  const foreign = (await api.request('POST', '/v1/tenants/other/routes', aRoute)).body.id;
  const own = (await api.request('POST', routes, { ...aRoute, match: { path: '/b' } })).body.id;
  const refused = await api.request('POST', keys, { name: 'web', routeIds: [own, foreign] });
  expect(refused.status).toBe(422);
  expect(refused.body).toMatchObject({ code: 'validation_failed', errors: [{ field: 'routeIds.1' }] });
  expect((await api.request('POST', keys, { name: 'web', routeIds: [own] })).status).toBe(201);
});

it('a key whose only route is deleted never comes to mean every route', async () => {
  const route = (await api.request('POST', routes, aRoute)).body.id;
  const key = (await api.request('POST', keys, { name: 'web', routeIds: [route] })).body.id;
  await api.request('DELETE', `${routes}/${route}`);
  expect((await api.request('GET', `${keys}/${key}`)).body.routeIds).toEqual([route]);
  const renamed = await api.request('PATCH', `${keys}/${key}`, { name: 'renamed' });
  expect(renamed.status).toBe(200);
  expect(renamed.body.routeIds).toEqual([route]);
  expect((await api.request('PATCH', `${keys}/${key}`, { routeIds: [] })).status).toBe(422);
});
