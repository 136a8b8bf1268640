import { afterEach, beforeEach, expect, test } from 'vitest';
import { ApiUnderTest } from '../../../test/support/api-under-test.js';

let api: ApiUnderTest;
beforeEach(async () => {
  api = await ApiUnderTest.start();
});
afterEach(() => api.remove());

test('a tenant is created with all defaults and published', async () => {
  const { status, headers, body } = await api.request('POST', '/v1/tenants', { slug: 'acme' });
  expect(status).toBe(201);
  expect(headers.get('location')).toBe(`/v1/tenants/${body.id}`);
  expect(body).toMatchObject({ slug: 'acme', name: 'acme', status: 'active' });
  expect(body).toMatchObject({ limits: { maxConnections: 1000, maxConnectionsPerKey: null } });
  await api.published(1);
  const { id } = body;
  expect(api.sink.changes[0]).toMatchObject({
    revision: 1,
    entries: [{ kind: 'tenant', id, value: { id, slug: 'acme', status: 'active' } }],
  });
});

test('a tenant is found by its id and by its slug', async () => {
  const { body } = await api.request('POST', '/v1/tenants', { slug: 'acme', name: 'Acme' });
  expect((await api.request('GET', `/v1/tenants/${body.id}`)).body).toEqual(body);
  expect((await api.request('GET', '/v1/tenants/acme')).body).toEqual(body);
});

test('a slug is unique, also when a tenant changes its slug', async () => {
  await api.request('POST', '/v1/tenants', { slug: 'acme' });
  await api.request('POST', '/v1/tenants', { slug: 'other' });
  for (const answer of [
    await api.request('POST', '/v1/tenants', { slug: 'acme' }),
    await api.request('PATCH', '/v1/tenants/other', { slug: 'acme' }),
  ]) {
    expect(answer.status).toBe(409);
    expect(answer.body).toMatchObject({ code: 'slug_taken', errors: [{ field: 'slug' }] });
  }
});

test('a patch changes only the given fields', async () => {
  await api.request('POST', '/v1/tenants', {
    slug: 'acme',
    limits: { maxConnections: 5, messagesPerSecond: 7 },
  });
  const { status, body } = await api.request('PATCH', '/v1/tenants/acme', {
    limits: { maxConnections: null },
  });
  expect(status).toBe(200);
  expect(body).toMatchObject({ slug: 'acme', limits: { maxConnections: null, messagesPerSecond: 7 } });
});

test('a write that changes nothing writes nothing and publishes nothing', async () => {
  const before = (await api.request('POST', '/v1/tenants', { slug: 'acme' })).body;
  const { status, body } = await api.request('PATCH', '/v1/tenants/acme', { slug: 'acme', status: 'active' });
  expect(status).toBe(200);
  expect(body).toEqual(before);
  expect(await api.revision()).toBe(1);
});

test('the pages of the list have every tenant once', async () => {
  const made: string[] = [];
  for (let index = 0; index < 5; index += 1) {
    made.push((await api.request('POST', '/v1/tenants', { slug: `t${index}` })).body.id);
  }
  const seen: string[] = [];
  let query = '?limit=2';
  for (let pages = 0; pages < 3; pages += 1) {
    const { body } = await api.request('GET', `/v1/tenants${query}`);
    seen.push(...body.items.map(({ id }) => id));
    query = `?limit=2&cursor=${body.nextCursor ?? ''}`;
    expect(body.nextCursor === null).toBe(pages === 2);
  }
  expect(seen).toEqual([...made].sort());
});

test('a tenant is deleted with its routes and keys, all published as deleted in one change', async () => {
  const tenant = (await api.request('POST', '/v1/tenants', { slug: 'acme' })).body;
  const route = (await api.request('POST', '/v1/tenants/acme/routes', aRoute)).body;
  const key = (await api.request('POST', '/v1/tenants/acme/api-keys', { name: 'web' })).body;
  expect((await api.request('DELETE', '/v1/tenants/acme')).status).toBe(204);
  expect((await api.request('GET', '/v1/tenants/acme')).status).toBe(404);
  expect((await api.request('DELETE', '/v1/tenants/acme')).status).toBe(404);
  await api.published(4);
  const entries = api.sink.changes.at(-1)?.entries ?? [];
  expect(new Set(entries.map(({ id }) => id))).toEqual(new Set([tenant.id, route.id, key.id]));
  expect(entries.every(({ value }) => value === null)).toBe(true);
});

test('deleting a tenant while its routes are created leaves no route', async () => {
  for (let round = 0; round < 5; round += 1) {
    await api.request('POST', '/v1/tenants', { slug: 'acme' });
    const [deleted, ...made] = await Promise.all([
      api.request('DELETE', '/v1/tenants/acme'),
      api.request('POST', '/v1/tenants/acme/routes', aRoute),
      api.request('POST', '/v1/tenants/acme/api-keys', { name: 'web' }),
    ]);
    expect(deleted.status).toBe(204);
    expect(made.every(({ status }) => status === 201 || status === 404)).toBe(true);
  }
  const { items } = (await api.request('GET', '/v1/tenants')).body;
  expect(items).toEqual([]);
});

const aRoute = { match: { path: '/' }, upstreams: [{ url: 'ws://10.0.0.5' }] };
