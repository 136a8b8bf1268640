import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { ConfigEntry, PublishedStickyKey } from '#libs/contract';
import { ApiUnderTest } from '../../../test/support/api-under-test.js';
import { longWait } from '../../../test/support/long-wait.js';
import { StickyKeyEntity } from '../database/entities/sticky-key.entity.js';

const routes = '/v1/tenants/acme/routes';
const rotation = '/v1/tenants/acme/sticky-key/rotate';
const sticky = { balancing: 'sticky', upstreams: [{ url: 'ws://10.0.0.5' }] };

let api: ApiUnderTest;
beforeEach(async () => {
  api = await ApiUnderTest.start();
  await api.request('POST', '/v1/tenants', { slug: 'acme' });
});
afterEach(() => api.remove());

describe('the key of a tenant is created', () => {
  test('with the first sticky route, in the same revision, and only once', async () => {
    const { id } = (await api.request('POST', routes, { ...sticky, match: { path: '/a' } })).body;
    await api.request('POST', routes, { ...sticky, match: { path: '/b' } });
    await api.published(3);
    const [, first, second] = api.sink.changes;
    expect(first?.entries.map(({ kind }) => kind)).toEqual(['stickyKey', 'route']);
    expect(first?.entries[1]?.id).toBe(id);
    expect(second?.entries.map(({ kind }) => kind)).toEqual(['route']);
    expect(keysIn(...(first?.entries ?? []))).toEqual([
      {
        id: expect.stringMatching(/^stk_/) as string,
        tenantId: expect.stringMatching(/^ten_/) as string,
        secret: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
        previousSecret: null,
      },
    ]);
  });

  test('when a route becomes sticky, by PATCH or by a configuration document', async () => {
    const { id } = (
      await api.request('POST', routes, { ...sticky, balancing: 'roundRobin', match: { path: '/a' } })
    ).body;
    expect(await storedKeys()).toEqual([]);
    await api.request('PATCH', `${routes}/${id}`, { balancing: 'sticky' });
    expect(await storedKeys()).toHaveLength(1);
    const document = JSON.parse((await api.request('GET', '/v1/config')).text) as { tenants: object[] };
    document.tenants.push(
      {
        slug: 'globex',
        routes: [
          { ...sticky, match: { path: '/g' } },
          { ...sticky, match: { path: '/h' } },
        ],
      },
      { slug: 'initech', routes: [{ ...sticky, balancing: 'roundRobin', match: { path: '/i' } }] },
    );
    expect((await api.request('PUT', '/v1/config', document)).status).toBe(200);
    expect(await storedKeys()).toHaveLength(2);
    await api.published(5);
    expect(keysIn(...api.sink.changes.flatMap(({ entries }) => entries))).toHaveLength(2);
  });

  test('by a rotation, if the tenant has no key yet', async () => {
    const answer = await api.request('POST', rotation);
    expect([answer.status, answer.body]).toEqual([
      200,
      {
        id: expect.stringMatching(/^stk_/) as string,
        tenantId: expect.any(String) as string,
        rotatedAt: expect.any(String) as string,
      },
    ]);
    await api.request('POST', routes, { ...sticky, match: { path: '/a' } });
    expect(await storedKeys()).toHaveLength(1);
  });
});

test('a rotation keeps the previous secret, and removes the one before it', async () => {
  await api.request('POST', routes, { ...sticky, match: { path: '/a' } });
  await api.request('POST', rotation, {});
  await api.request('POST', rotation);
  await api.published(4);
  const [first, second, third] = keysIn(...api.sink.changes.flatMap(({ entries }) => entries));
  expect(second).toEqual({ ...first, secret: second?.secret, previousSecret: first?.secret });
  expect(third).toEqual({ ...first, secret: third?.secret, previousSecret: second?.secret });
  expect(new Set([first?.secret, second?.secret, third?.secret]).size).toBe(3);
  expect(await storedKeys()).toMatchObject([{ secret: third?.secret, previousSecret: second?.secret }]);
});

test('a rotation without keepPrevious keeps no previous secret', async () => {
  await api.request('POST', rotation);
  await api.request('POST', rotation, { keepPrevious: false });
  expect(await storedKeys()).toMatchObject([{ previousSecret: null }]);
  expect((await api.request('POST', rotation, { keep: false })).status).toBe(422);
});

test('a key is deleted with its tenant, and published as deleted', async () => {
  await api.request('POST', routes, { ...sticky, match: { path: '/a' } });
  const [{ id } = { id: '' }] = await storedKeys();
  await api.request('DELETE', '/v1/tenants/acme');
  expect(await storedKeys()).toEqual([]);
  await api.published(3);
  expect(api.sink.changes[2]?.entries).toContainEqual({ kind: 'stickyKey', id, value: null });
});

test('a key is part of the snapshot with which gateways start', async () => {
  await api.request('POST', routes, { ...sticky, match: { path: '/a' } });
  const [key] = await storedKeys();
  api.sink.position = null;
  await vi.waitFor(() => expect(api.sink.snapshots).toHaveLength(2), longWait);
  const { entries = [] } = api.sink.snapshots[1] ?? {};
  expect(keysIn(...entries)).toMatchObject([{ id: key?.id, secret: key?.secret }]);
});

test('no answer, export, event or audit entry contains a secret', async () => {
  const { id } = (await api.request('POST', routes, { ...sticky, match: { path: '/a' } })).body;
  const answers = [await api.request('POST', rotation)];
  for (const path of [
    '/v1/tenants',
    '/v1/tenants/acme',
    routes,
    `${routes}/${id}`,
    '/v1/config',
    '/v1/audit',
  ])
    answers.push(await api.request('GET', path));
  const audited = await api.audited('route.create', 'stickyKey.rotate');
  const text = JSON.stringify([answers.map((answer) => answer.text), audited]);
  const [key] = await storedKeys();
  expect(audited).toHaveLength(2);
  expect(audited[1]).toMatchObject({ targetId: key?.id, tenantId: key?.tenantId, before: null, after: null });
  expect(text).not.toContain(key?.secret);
  expect(text).not.toContain(key?.previousSecret);
});

function storedKeys() {
  return api.database.read.find(StickyKeyEntity);
}

function keysIn(...entries: ConfigEntry[]): PublishedStickyKey[] {
  return entries.flatMap((entry) =>
    entry.kind === 'stickyKey' && entry.value !== null ? [entry.value] : [],
  );
}
