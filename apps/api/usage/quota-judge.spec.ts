import { afterEach, beforeEach, expect, test } from 'vitest';
import { newId, noUsage, type ConfigEntry, type UsageRow } from '#libs/contract';
import { ApiUnderTest } from '../../../test/support/api-under-test.js';
import { ExhaustionEntity } from '../database/entities/exhaustion.entity.js';
import { WebhookDeliveryEntity } from '../database/entities/webhook-delivery.entity.js';
import { CommittedChanges } from '../publishing/committed-changes.js';
import { ConfigurationWriter } from '../publishing/configuration-writer.js';
import { Outbox } from '../publishing/outbox.js';
import { IdempotencyStore } from '../idempotency/idempotency-store.js';
import { QuotaJudge } from './quota-judge.js';
import { UsageStore } from './usage-store.js';

const now = Date.parse('2026-11-22T12:00:00Z');
const nextMonth = '2026-12-01T00:00:00.000Z';

let api: ApiUnderTest;
let store: UsageStore;
let revision: number;
let tenantId: string;
let routeId: string;
let keyId: string;

beforeEach(async () => {
  api = await ApiUnderTest.start();
  store = new UsageStore(api.database);
  // The judge of this API has another clock.
  api.fleet.isAway = true;
  revision = 0;
  tenantId = (await api.request('POST', '/v1/tenants', { slug: 'acme' })).body.id;
  const route = { match: { path: '/' }, upstreams: [{ url: 'ws://10.0.0.5' }] };
  routeId = (await api.request('POST', '/v1/tenants/acme/routes', route)).body.id;
  keyId = (await api.request('POST', '/v1/tenants/acme/api-keys', { name: 'web' })).body.id;
});
afterEach(() => api.remove());

const row = (fields: Partial<UsageRow> = {}): UsageRow => ({
  tenantId,
  routeId,
  apiKeyId: keyId,
  ...noUsage(),
  ...fields,
});

function createJudge(): QuotaJudge {
  const committed = new CommittedChanges(api.database, new Outbox(api.database));
  const writer = new ConfigurationWriter(api.database, committed, new IdempotencyStore(api.database));
  const changing = {
    get newestRevision() {
      return (revision += 1);
    },
  };
  return new QuotaJudge(api.database, writer, changing);
}

async function use(judge: QuotaJudge, rows: UsageRow[], atMs = now): Promise<void> {
  const report = { gatewayId: newId('gateway'), sequence: 1, periodMs: 0, ageMs: 0, rows };
  judge.add((await store.store([report], atMs)).days);
}

async function setQuota(path: string, quota: object): Promise<void> {
  const { status } = await api.request('PATCH', `/v1/tenants/acme${path}`, { quota });
  expect(status).toBe(200);
}

async function exhausted(): Promise<{ subjectId: string; closesLive: boolean; until: string }[]> {
  return api.database.read.find(ExhaustionEntity);
}

function published(): (ConfigEntry & { kind: 'exhaustion' })[] {
  return api.sink.changes.flatMap(({ entries }) =>
    entries.filter((entry): entry is ConfigEntry & { kind: 'exhaustion' } => entry.kind === 'exhaustion'),
  );
}

test.each([
  ['the tenant', '', () => tenantId],
  ['the route', `/routes/{route}`, () => routeId],
  ['the key', `/api-keys/{key}`, () => keyId],
])(
  'a quota of %s that stored usage reaches is published as used up until the next month',
  async (...given) => {
    const [, path, subject] = given;
    const judge = createJudge();
    await setQuota(path.replace('{route}', routeId).replace('{key}', keyId), { messages: 10 });
    await use(judge, [row({ messagesFromClients: 4, messagesFromUpstreams: 5 })]);
    await judge.judge([], now);
    expect(await exhausted()).toEqual([]);
    await use(judge, [row({ messagesFromUpstreams: 1 })]);
    await judge.judge([], now);
    const expected = { tenantId, subjectId: subject(), until: nextMonth, closesLive: true };
    expect(await exhausted()).toMatchObject([expected]);
    await api.published(5);
    expect(published()).toMatchObject([{ value: expected }]);
    await judge.judge([], now);
    expect(await api.revision()).toBe(5);
  },
);

test('usage that is in no report yet counts, also while its gateway does not answer any more', async () => {
  const judge = createJudge();
  await setQuota('', { bytes: 100 });
  await use(judge, [row({ bytesFromClients: 60 })]);
  await judge.judge([row({ bytesFromUpstreams: 39 })], now);
  expect(await exhausted()).toEqual([]);
  await judge.judge([row({ bytesFromUpstreams: 40 })], now);
  await judge.judge([], now);
  expect(await exhausted()).toMatchObject([{ subjectId: tenantId, closesLive: true }]);
});

test('a quota of connections refuses new ones and closes none, until another part is used up', async () => {
  const judge = createJudge();
  await setQuota('', { connections: 2, connectionMinutes: 10 });
  await use(judge, [row({ connections: 2, connectionMs: 599_999 })]);
  await judge.judge([], now);
  expect(await exhausted()).toMatchObject([{ closesLive: false }]);
  await judge.judge([row({ connectionMs: 1 })], now);
  expect(await exhausted()).toMatchObject([{ closesLive: true }]);
});

test('webhooks get an event at 80 % of a quota and one when it is used up, each once, and again for a raised one', async () => {
  const events = ['quota.near', 'quota.exceeded'];
  const webhook = { url: 'https://hooks.example/', events, tenant: 'acme' };
  expect((await api.request('POST', '/v1/webhooks', webhook)).status).toBe(201);
  const queued = async (): Promise<unknown[]> => {
    const rows = await api.database.read.find(WebhookDeliveryEntity, { order: { id: 'ASC' } });
    return rows.map(({ body }) => JSON.parse(body) as { type: string; data: object });
  };
  const judge = createJudge();
  await setQuota('', { messages: 10, bytes: 1000 });
  await use(judge, [row({ messagesFromClients: 7 })]);
  await judge.judge([], now);
  expect(await queued()).toEqual([]);
  const data = { subjectId: tenantId, tenantId, quota: 'messages', ceiling: 10, until: nextMonth };
  await judge.judge([row({ messagesFromUpstreams: 1 })], now);
  expect(await queued()).toMatchObject([{ type: 'quota.near', data: { ...data, used: 8 } }]);
  await use(judge, [row({ messagesFromClients: 4 })]);
  await judge.judge([], now);
  await judge.judge([], now);
  await createJudge().judge([], now);
  const exceeded = { type: 'quota.exceeded', data: { ...data, used: 11 } };
  expect((await queued()).slice(1)).toMatchObject([exceeded]);
  await setQuota('', { messages: 11 });
  await judge.judge([], now);
  expect((await queued()).slice(2)).toMatchObject([{ ...exceeded, data: { ...exceeded.data, ceiling: 11 } }]);
});

test('a quota of 0 is used up at once', async () => {
  const judge = createJudge();
  await setQuota('', { connections: 0 });
  await judge.judge([], now);
  expect(await exhausted()).toMatchObject([{ subjectId: tenantId }]);
});

test.each([
  ['raised', { messages: 20 }],
  ['removed', { messages: null }],
])('a quota that is %s is not used up any more', async (_how, quota) => {
  const judge = createJudge();
  await setQuota('', { messages: 10 });
  await use(judge, [row({ messagesFromClients: 10 })]);
  await judge.judge([], now);
  expect(await exhausted()).toHaveLength(1);
  await setQuota('', quota);
  await judge.judge([], now);
  expect(await exhausted()).toEqual([]);
  await api.published(7);
  expect(published().map(({ value }) => value === null)).toEqual([false, true]);
});

test('a new month begins with nothing used, and late usage of the old one does not count in it', async () => {
  const judge = createJudge();
  await setQuota('', { messages: 10 });
  await use(judge, [row({ messagesFromClients: 10 })]);
  await judge.judge([], now);
  const inDecember = Date.parse(nextMonth) + 1000;
  await judge.judge([], inDecember);
  expect(await exhausted()).toEqual([]);
  await use(judge, [row({ messagesFromClients: 10 })]);
  await judge.judge([], inDecember);
  expect(await exhausted()).toEqual([]);
});

test('another API judges by the stored usage, without the usage that a gateway has lost', async () => {
  const judge = createJudge();
  await setQuota('', { messages: 10 });
  await use(judge, [row({ messagesFromClients: 10 })]);
  const other = createJudge();
  await other.judge([], now);
  expect(await exhausted()).toMatchObject([{ subjectId: tenantId }]);
});

test('a deleted tenant leaves nothing behind, and a deleted route no quota', async () => {
  const judge = createJudge();
  await setQuota(`/routes/${routeId}`, { messages: 0 });
  await setQuota('', { messages: 0 });
  await judge.judge([], now);
  expect(await exhausted()).toHaveLength(2);
  await api.request('DELETE', `/v1/tenants/acme/routes/${routeId}`);
  await judge.judge([], now);
  expect(await exhausted()).toMatchObject([{ subjectId: tenantId }]);
  expect((await api.request('DELETE', '/v1/tenants/acme')).status).toBe(204);
  expect(await exhausted()).toEqual([]);
  await api.published(await api.revision());
  expect(published().filter(({ value }) => value === null)).toHaveLength(2);
});

test("a tenant's own key changes quotas of its routes and keys, and not its tenant's", async () => {
  const body = { name: 'manager', scopes: ['manage'] };
  const token = (await api.request('POST', '/v1/tenants/acme/api-keys', body)).body.key;
  const patch = { quota: { messages: 5 } };
  const own = await api.request('PATCH', `/v1/tenants/acme/routes/${routeId}`, patch, { token });
  expect(own.status).toBe(200);
  const refused = await api.request('PATCH', '/v1/tenants/acme', patch, { token });
  expect([refused.status, refused.body.code]).toEqual([403, 'forbidden']);
});

test.each([-1, 1.5, '5', 2 ** 53])('a quota of %j is refused', async (messages) => {
  const { status, body } = await api.request('PATCH', '/v1/tenants/acme', { quota: { messages } });
  expect([status, body.errors[0]?.field]).toEqual([422, 'quota.messages']);
});
