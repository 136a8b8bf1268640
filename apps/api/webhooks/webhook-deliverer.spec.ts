import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { newId, type WebhookEventType } from '#libs/contract';
import { readApiSettings } from '#libs/settings';
import type { PostedWebhook, SendWebhook } from '#libs/webhooks';
import { testSettings } from '../../../test/support/sluice-settings.js';
import { databaseOf, dropDatabaseOf } from '../../../test/support/test-database.js';
import type { Database } from '../database/database.js';
import {
  WebhookDeliveryEntity,
  type WebhookDeliveryRow,
} from '../database/entities/webhook-delivery.entity.js';
import { WebhookEntity } from '../database/entities/webhook.entity.js';
import { openDatabase } from '../database/open-database.js';
import { enqueueEvents } from '../webhook-queue/enqueue-events.js';
import { eventIdOf, type WebhookEvent } from '../webhook-queue/webhook-event.js';
import { DeliveryStore } from './delivery-store.js';
import { WebhookDeliverer } from './webhook-deliverer.js';

const startMs = Date.parse('2026-11-22T14:00:00.000Z');
const hourMs = 3600_000;

let folder: string;
let database: Database;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-webhooks-'));
  const own = { ...testSettings, SLUICE_DATA_DIR: folder };
  const { databaseUrl } = readApiSettings({ ...(await databaseOf(folder)), ...own });
  database = await openDatabase(databaseUrl);
});
afterEach(async () => {
  await database.close();
  await dropDatabaseOf(folder);
  await rm(folder, { recursive: true, force: true });
});

async function webhook(events: WebhookEventType[] = ['gateway.started']): Promise<string> {
  const id = newId('webhook');
  const at = new Date(startMs).toISOString();
  const secrets = { secret: 'whsec_MDEy', previousSecret: null, previousSecretExpiresAt: null };
  const fields = { name: '', url: 'https://hooks.test/', enabled: true, tenantId: null, droppedEvents: 0 };
  const row = { id, ...fields, ...secrets, createdAt: at, updatedAt: at };
  await database.write((manager) => manager.insert(WebhookEntity, { ...row, events }));
  return id;
}

function event(name: string | number): WebhookEvent {
  const at = new Date(startMs).toISOString();
  return { id: eventIdOf(name), type: 'gateway.started', tenantId: null, at, data: {} };
}

function enqueue(events: readonly WebhookEvent[], maxPending?: number): Promise<void> {
  return database.write((manager) => enqueueEvents(manager, events, maxPending));
}

function delivererWith(send: SendWebhook): WebhookDeliverer {
  const committed = { subscribeToOwn: () => () => undefined } as never;
  return new WebhookDeliverer(new DeliveryStore(database), send, pino({ level: 'silent' }), committed);
}

function rows(): Promise<WebhookDeliveryRow[]> {
  return database.read.find(WebhookDeliveryEntity, { order: { id: 'ASC' } });
}

test('a receiver that answers 500 for a day is tried less and less often, and its event is then dead', async () => {
  await webhook();
  await enqueue([event(1)]);
  const send = vi.fn<SendWebhook>(() => Promise.resolve({ ok: false, detail: 'the status 500' }));
  const deliverer = delivererWith(send);
  const attemptedAt: number[] = [];
  for (let nowMs = startMs; nowMs <= startMs + 26 * hourMs; nowMs += 1000) {
    const [next] = await rows();
    if (next?.state !== 'pending') break;
    nowMs = Math.max(nowMs, Math.ceil(Date.parse(next.nextAttemptAt) / 1000) * 1000);
    const { count, sent } = await deliverer.deliverDue(nowMs);
    await sent;
    if (count > 0) attemptedAt.push(nowMs);
  }
  expect(attemptedAt).toHaveLength(12);
  const gaps = attemptedAt.slice(1).map((at, index) => at - (attemptedAt[index] ?? 0));
  // A delay varies by up to a quarter: it may be shorter than the last one, but not than the one before.
  gaps.slice(2).forEach((gap, index) => expect(gap).toBeGreaterThan(gaps[index] ?? 0));
  expect((attemptedAt.at(-1) ?? 0) - startMs).toBeGreaterThan(15 * hourMs);
  expect(await rows()).toMatchObject([{ state: 'dead', attempts: 12, lastError: 'the status 500' }]);
});

test('an event that several processes see is queued once', async () => {
  await webhook();
  await enqueue([event('a'), event('b')]);
  await enqueue([event('b'), event('c')]);
  expect(await rows()).toHaveLength(3);
});

test('a flood of events fills the queue of a webhook up to its bound, and the rest is counted', async () => {
  const id = await webhook();
  await enqueue([1, 2, 3, 4, 5].map(event), 3);
  await enqueue([event(6)], 3);
  expect(await rows()).toHaveLength(3);
  expect((await database.read.findOneByOrFail(WebhookEntity, { id })).droppedEvents).toBe(3);
});

test('two processes share the deliveries, and none is sent twice', async () => {
  await webhook();
  await enqueue(Array.from({ length: 6 }, (_, index) => event(index)));
  const sent: string[] = [];
  const send: SendWebhook = (_url, { id }) => {
    sent.push(id);
    return Promise.resolve({ ok: true });
  };
  const [one, other] = [delivererWith(send), delivererWith(send)];
  const rounds = await Promise.all([one.deliverDue(startMs), other.deliverDue(startMs)]);
  await Promise.all(rounds.map((round) => round.sent));
  expect(rounds.map(({ count }) => count).toSorted()).toEqual([2, 4]);
  expect(new Set(sent).size).toBe(6);
});

test('a webhook that hangs occupies its own places only', async () => {
  const slow = await webhook();
  await enqueue(Array.from({ length: 10 }, (_, index) => event(index)));
  let end: (outcome: PostedWebhook) => void = () => undefined;
  const hanging = new Promise<PostedWebhook>((resolve) => (end = resolve));
  const deliverer = delivererWith(() => hanging);
  const first = await deliverer.deliverDue(startMs);
  expect(first.count).toBe(4);
  expect((await deliverer.deliverDue(startMs)).count).toBe(0);
  const quick = await webhook();
  await enqueue([event('later')]);
  expect((await deliverer.deliverDue(startMs)).count).toBe(1);
  expect(quick).not.toBe(slow);
  end({ ok: true });
  await deliverer.onApplicationShutdown();
});

test('the outcome of a process that lost its lease is ignored', async () => {
  await webhook();
  await enqueue([event(1)]);
  let end: (outcome: PostedWebhook) => void = () => undefined;
  const late = delivererWith(() => new Promise<PostedWebhook>((resolve) => (end = resolve)));
  const { sent } = await late.deliverDue(startMs);
  const other = delivererWith(() => Promise.resolve({ ok: true }));
  await (
    await other.deliverDue(startMs + 61_000)
  ).sent;
  end({ ok: false, detail: 'late' });
  await sent;
  expect(await rows()).toMatchObject([{ state: 'delivered', lastError: null }]);
});

test('delivered events are deleted after an hour, dead ones after 30 days', async () => {
  await webhook();
  await enqueue([event(1)]);
  await (
    await delivererWith(() => Promise.resolve({ ok: true })).deliverDue(startMs)
  ).sent;
  const store = new DeliveryStore(database);
  await store.prune(startMs + hourMs / 2);
  expect(await rows()).toHaveLength(1);
  await store.prune(startMs + 2 * hourMs);
  expect(await rows()).toEqual([]);
});

test('an event of a quota that comes again in its month is not sent again', async () => {
  await webhook(['quota.near']);
  const near = { ...event('quota'), type: 'quota.near' } as const;
  await enqueue([near]);
  const send = vi.fn<SendWebhook>(() => Promise.resolve({ ok: true }));
  const deliverer = delivererWith(send);
  await (
    await deliverer.deliverDue(startMs)
  ).sent;
  const store = new DeliveryStore(database);
  await store.prune(startMs + 30 * 24 * hourMs);
  await enqueue([near]);
  expect((await deliverer.deliverDue(startMs + 30 * 24 * hourMs)).count).toBe(0);
  await store.prune(startMs + 32 * 24 * hourMs);
  expect(await rows()).toEqual([]);
});
