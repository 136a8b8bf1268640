import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { newId, noUsage, type UsageRow } from '#libs/contract';
import { ApiUnderTest } from '../../../test/support/api-under-test.js';
import { recordingLogger } from '../../../test/support/config-bus/recording-logger.js';
import { longWait } from '../../../test/support/long-wait.js';
import { FleetClient } from '../fleet/fleet-client.js';
import { UsageCollector } from './usage-collector.js';
import type { UsagePeriod } from './usage-history-query.js';
import { UsageStore, type ReceivedReport } from './usage-store.js';
import { hourMs } from './usage-tables.js';

const noon = Date.parse('2026-11-22T12:00:00Z');
const day = 'from=2026-11-22T00:00:00Z&to=2026-11-23T00:00:00Z';

const noop = (): void => undefined;

let api: ApiUnderTest;
let store: UsageStore;
let tenantId: string;
let routeId: string;

beforeEach(async () => {
  api = await ApiUnderTest.start();
  store = new UsageStore(api.database);
  tenantId = (await api.request('POST', '/v1/tenants', { slug: 'acme' })).body.id;
  routeId = newId('route');
});
afterEach(() => api.remove());

const row = (fields: Partial<UsageRow> = {}): UsageRow => ({
  tenantId,
  routeId,
  apiKeyId: null,
  ...noUsage(),
  ...fields,
});

function reportOf(rows: UsageRow[], fields: Partial<ReceivedReport> = {}): ReceivedReport {
  return { gatewayId: newId('gateway'), sequence: 1, periodMs: 30_000, ageMs: 1000, rows, ...fields };
}

async function history(query: string, path = '/v1/tenants/acme/usage/history'): Promise<UsagePeriod[]> {
  const { status, body } = await api.request('GET', `${path}?${query}`);
  expect(body).toMatchObject({ nextCursor: null });
  expect(status).toBe(200);
  return body.items as unknown as UsagePeriod[];
}

test('the usage of two gateways in an hour is added up, by hour and by day', async () => {
  const used = { connections: 1, connectionMs: 500, messagesFromClients: 2, bytesFromClients: 30 };
  await store.store([reportOf([row(used)]), reportOf([row({ ...used, bytesFromUpstreams: 7 })])], noon);
  await store.store([reportOf([row({ messagesFromUpstreams: 4 })])], noon + hourMs);
  const whole = {
    connections: 2,
    connectionMs: 1000,
    fromClients: { messages: 4, bytes: 60 },
    fromUpstreams: { messages: 0, bytes: 7 },
  };
  expect(await history(`${day}&by=hour`)).toEqual([
    { from: '2026-11-22T11:00:00.000Z', tenantId, ...whole },
    expect.objectContaining({ from: '2026-11-22T12:00:00.000Z', fromUpstreams: { messages: 4, bytes: 0 } }),
  ]);
  expect(await history(day)).toEqual([
    { from: '2026-11-22T00:00:00.000Z', tenantId, ...whole, fromUpstreams: { messages: 4, bytes: 7 } },
  ]);
});

test('a report that comes twice, alone or among others, is stored once', async () => {
  const first = reportOf([row({ connections: 1 })]);
  const second = { ...first, sequence: 2 };
  await store.store([first, first], noon);
  const { sequences } = await store.store([first, second], noon);
  await Promise.all([store.store([second], noon), store.store([first], noon + 3 * hourMs)]);
  expect(sequences).toEqual([{ gatewayId: first.gatewayId, sequence: 2 }]);
  expect(await history(day)).toMatchObject([{ connections: 2 }]);
});

test('a report with several rows of a subject adds them up', async () => {
  await store.store([reportOf([row({ connections: 1 }), row({ connections: 2 })])], noon);
  expect(await history(day)).toMatchObject([{ connections: 3 }]);
});

test('a late report of an unknown gateway and tenant counts at its own time', async () => {
  const unknown = row({ tenantId: newId('tenant'), connections: 5 });
  await store.store([reportOf([unknown], { ageMs: 72 * hourMs })], noon);
  const query = `from=2026-11-19T00:00:00Z&to=2026-11-20T00:00:00Z`;
  expect(await history(`${query}&tenant=${unknown.tenantId}`, '/v1/usage/history')).toMatchObject([
    { from: '2026-11-19T00:00:00.000Z', tenantId: unknown.tenantId, connections: 5 },
  ]);
  expect(await history(query)).toEqual([]);
});

test('usage is grouped by route and by key, in a stable order', async () => {
  const other = newId('route');
  const key = newId('apiKey');
  const rows = [
    row({ connections: 1 }),
    row({ connections: 2, apiKeyId: key }),
    row({ connections: 4, routeId: other, apiKeyId: key }),
  ];
  await store.store([reportOf(rows)], noon);
  const byRoute = [
    { routeId, connections: 3 },
    { routeId: other, connections: 4 },
  ].sort((one, two) => (one.routeId < two.routeId ? -1 : 1));
  expect(await history(`${day}&groupBy=route`)).toMatchObject(byRoute);
  expect(await history(`${day}&groupBy=key`)).toMatchObject([
    { apiKeyId: null, connections: 1 },
    { apiKeyId: key, connections: 6 },
  ]);
});

test('pages continue where the one before ended, and a cursor of another query is refused', async () => {
  const rows = Array.from({ length: 7 }, (_, index) => row({ routeId: newId('route'), connections: index }));
  await store.store([reportOf(rows), reportOf(rows, { ageMs: hourMs })], noon);
  const path = `/v1/tenants/acme/usage/history?${day}&by=hour&groupBy=route`;
  const read: unknown[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const { body } = await api.request('GET', `${path}&limit=3${cursor && `&cursor=${cursor}`}`);
    read.push(...body.items);
    cursor = body.nextCursor;
  }
  expect(read).toEqual((await api.request('GET', path)).body.items);
  expect(read).toHaveLength(14);
  const first = (await api.request('GET', `${path}&limit=3`)).body.nextCursor ?? '';
  for (const wrong of [`${path}&cursor=x`, `/v1/tenants/acme/usage/history?${day}&cursor=${first}`]) {
    const { status, body } = await api.request('GET', wrong);
    expect([status, body.code]).toEqual([400, 'invalid_cursor']);
  }
});

test('a range that is empty, reversed, too long or missing is refused', async () => {
  const wrong = [
    'from=2026-11-22T00:00:00Z&to=2026-11-22T00:00:00Z',
    'from=2026-11-23T00:00:00Z&to=2026-11-22T00:00:00Z',
    'from=2026-01-01T00:00:00Z&to=2026-03-01T00:00:00Z&by=hour',
    'from=2024-01-01T00:00:00Z&to=2026-03-01T00:00:00Z',
    'from=yesterday&to=2026-03-01T00:00:00Z',
    'from=2026-03-01T00:00:00Z',
    `${day}&by=week`,
    `${day}&groupBy=tenant`,
  ];
  for (const query of wrong) {
    const { status, body } = await api.request('GET', `/v1/usage/history?${query}`);
    expect([query, status, body.code]).toEqual([query, 400, 'invalid_request']);
  }
});

test('a tenant reads its own usage, and an operator that of all', async () => {
  const token = (await api.request('POST', '/v1/tenants/acme/api-keys', { name: 'reader', scopes: ['read'] }))
    .body.key;
  const other = (await api.request('POST', '/v1/tenants', { slug: 'other' })).body.id;
  await store.store([reportOf([row({ connections: 1 }), row({ tenantId: other, connections: 2 })])], noon);
  const path = `/v1/usage/history?${day}`;
  expect((await api.request('GET', path)).body.items).toMatchObject([{ tenantId }, { tenantId: other }]);
  expect((await api.request('GET', path, undefined, { token })).body.items).toMatchObject([{ tenantId }]);
  const ofOther = `/v1/tenants/other/usage/history?${day}`;
  expect((await api.request('GET', ofOther, undefined, { token })).status).toBe(404);
});

test('old usage is deleted, and recent usage stays', async () => {
  await store.store([reportOf([row({ connections: 1 })])], noon);
  await store.store([reportOf([row({ connections: 2 })])], noon + 24 * hourMs);
  await store.prune(noon + 12 * hourMs);
  const two = 'from=2026-11-22T00:00:00Z&to=2026-11-24T00:00:00Z';
  expect(await history(two)).toMatchObject([{ connections: 2 }]);
  expect(await history(`${two}&by=hour`)).toMatchObject([{ connections: 2 }]);
});

test('the API stores the reports of gateways, and acknowledges only stored ones', async () => {
  const gateway = api.fleet.addGateway();
  const report = reportOf([row({ connections: 3 })], { gatewayId: gateway.id });
  gateway.reports = [report];
  const { logger: recording, lines } = recordingLogger();
  const logger = { warn: (fields: object, message: string) => recording.warn(fields, message) };
  const publisher = { state: { isLeading: true, publishedRevision: 0, lastError: null } };
  const settings = { usageRetentionDays: 0 };
  const failing = { store: () => Promise.reject(new Error('disk full')) };
  const fleet = new FleetClient(api.fleet);
  const judge = {
    hasQuotas: () => Promise.resolve(false),
    reset: noop,
    add: noop,
    judge: () => Promise.resolve(),
  };
  const collectorOn = (into: Pick<UsageStore, 'store' | 'prune'>) =>
    new UsageCollector(fleet, into, judge, publisher, settings, logger as never);
  await collectorOn({ ...failing, prune: () => Promise.resolve() }).collect();
  expect(gateway.acknowledged).toEqual([]);
  expect(lines.map(({ message }) => message)).toEqual(['the usage of gateways could not be stored']);
  const collecting = collectorOn(store).collect();
  await vi.waitFor(
    () => expect(gateway.acknowledged).toEqual([{ gatewayId: gateway.id, sequence: 1 }]),
    longWait,
  );
  gateway.reports = [];
  await collecting;
  const now = new Date();
  const today = `from=${new Date(now.getTime() - 24 * hourMs).toISOString()}&to=${now.toISOString()}&by=hour`;
  expect(await history(today)).toMatchObject([{ connections: 3 }]);
});
