import { afterAll, beforeAll, expect, test } from 'vitest';
import { ApiUnderTest } from '../../../test/support/api-under-test.js';
import type { CommandedGateway } from '../../../test/support/commanded-gateway.js';

let api: ApiUnderTest;
let gateways: CommandedGateway[];
let acme = '';
let other = '';
let token = '';
beforeAll(async () => {
  api = await ApiUnderTest.start();
  acme = (await api.request('POST', '/v1/tenants', { slug: 'acme' })).body.id;
  other = (await api.request('POST', '/v1/tenants', { slug: 'other' })).body.id;
  token = (await api.request('POST', '/v1/tenants/acme/api-keys', { name: 'r', scopes: ['read'] })).body.key;
  gateways = [api.fleet.addGateway(), api.fleet.addGateway()];
  for (const [index, bytes] of [5, 3, 9, 3, 1, 7].entries()) {
    const fromClient = {
      messages: 1,
      frames: 1,
      controlFrames: 0,
      bytes,
      lastActivityAt: null,
      roundTripMs: null,
    };
    gateways[index % 2]?.connect(index === 5 ? other : acme, { fromClient });
  }
});
afterAll(() => api.remove());

async function bytesOf(query: string): Promise<number[]> {
  const bytes: number[] = [];
  let cursor = '';
  for (;;) {
    const { body } = await api.request('GET', `/v1/connections?limit=2&${query}${cursor}`);
    const items = body.items as unknown as { fromClient: { bytes: number } }[];
    bytes.push(...items.map(({ fromClient }) => fromClient.bytes));
    if (body.nextCursor === null) return bytes;
    cursor = `&cursor=${body.nextCursor}`;
  }
}

test('the pages of all gateways are merged in the order of a value', async () => {
  expect(await bytesOf('sort=bytes')).toEqual([1, 3, 3, 5, 7, 9]);
  expect(await bytesOf('sort=-bytes')).toEqual([9, 7, 5, 3, 3, 1]);
});

test('a cursor of another filter or order is refused, and a larger limit is not', async () => {
  const { nextCursor } = (await api.request('GET', '/v1/connections?limit=2&sort=bytes')).body;
  const next = (query: string) => api.request('GET', `/v1/connections?${query}&cursor=${nextCursor}`);
  expect((await next('limit=100&sort=bytes')).body.items).toHaveLength(4);
  for (const query of ['sort=-bytes', 'sort=idle', 'limit=2', 'sort=bytes&tenant=acme']) {
    const { status, body } = await next(query);
    expect([status, body.code]).toEqual([400, 'invalid_cursor']);
  }
});

test('the groups of all gateways are counted together, the largest first', async () => {
  const { body } = await api.request('GET', '/v1/connections/counts?by=tenant');
  expect(body).toEqual({
    by: 'tenant',
    groups: [
      { group: acme, connections: 5 },
      { group: other, connections: 1 },
    ],
    total: 6,
    isExact: true,
    silentGateways: [],
  });
  const first = (await api.request('GET', '/v1/connections/counts?by=tenant&limit=1')).body;
  expect(first).toMatchObject({ groups: [{ group: acme }], total: 6 });
});

test('a key counts the connections of its own tenant only', async () => {
  const { body } = await api.request('GET', '/v1/connections/counts?by=tenant', undefined, { token });
  expect(body).toMatchObject({ groups: [{ group: acme, connections: 5 }], total: 5 });
});

test('further filters are sent to the gateways', async () => {
  const times = 'openedAfter=2026-11-22T14:00:00Z&openedBefore=2026-11-23T14:00:00%2B01:00';
  await api.request('GET', `/v1/connections?minIdleSeconds=60&maxIdleSeconds=90&upstream=ws://a/&${times}`);
  expect(gateways[0]?.requestsOf('listConnections').at(-1)?.filter).toEqual({
    upstreamUrl: 'ws://a/',
    minIdleMs: 60_000,
    maxIdleMs: 90_000,
    openedAfter: '2026-11-22T14:00:00.000Z',
    openedBefore: '2026-11-23T13:00:00.000Z',
  });
});

test.each([
  ...['/v1/connections?sort=upstream', '/v1/connections?sort=--bytes', '/v1/connections?minIdleSeconds=-1'],
  ...['/v1/connections?openedAfter=now', '/v1/connections/counts', '/v1/connections/counts?by=path'],
  ...['/v1/connections/counts?by=key&limit=1001', '/v1/connections/counts?by=key&sort=bytes'],
])('%s is refused', async (path) => {
  const { status, body } = await api.request('GET', path);
  expect([status, body.code]).toEqual([400, 'invalid_request']);
});
