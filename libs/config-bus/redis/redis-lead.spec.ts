import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { changeOf, snapshotOf, tenantEntry } from '../../../test/support/config-bus/published-entries.js';
import { recordingLogger } from '../../../test/support/config-bus/recording-logger.js';
import { longWait } from '../../../test/support/long-wait.js';
import { startRedisServer, type RedisServer } from '../../../test/support/redis-server.js';
import type { ConfigSink } from '../ports.js';
import { createRedisConfigSink } from './redis-config-sink.js';
import { redisKeys } from './redis-keys.js';

let server: RedisServer;
let admin: Redis;
beforeAll(async () => {
  server = await startRedisServer();
  admin = new Redis(server.url);
});
afterAll(async () => {
  admin.disconnect();
  await server.stop();
});

let prefix = '';
let one: ConfigSink;
let other: ConfigSink;
beforeEach(() => {
  prefix = `test-${randomUUID()}`;
  const options = { url: server.url, prefix, logger: recordingLogger().logger };
  one = createRedisConfigSink(options);
  other = createRedisConfigSink(options);
});
afterEach(() => Promise.all([one.close(), other.close()]));

test('one of two publishers has the lead, renews it automatically, and releases it when it closes', async () => {
  expect(await one.lead()).toBe(true);
  expect(await other.lead()).toBe(false);
  expect(await one.lead()).toBe(true);
  const { lead } = redisKeys(prefix);
  await admin.pexpire(lead, 1500);
  await vi.waitFor(async () => expect(await admin.pttl(lead)).toBeGreaterThan(2000), longWait);
  await one.close();
  expect(await other.lead()).toBe(true);
});

test('a lead that is not renewed is free after its lease, and its former holder can change nothing', async () => {
  await one.lead();
  await one.storeSnapshot(snapshotOf(1, [tenantEntry()]));
  await takeOver();
  expect(await one.publish(changeOf(2, []))).toBe('not_leading');
  expect(await one.storeSnapshot(snapshotOf(7, [], 'stale'))).toBe('not_leading');
  expect(await other.readPosition()).toEqual({ epoch: 'epoch-1', revision: 1 });
  expect(await admin.hlen(redisKeys(prefix).entries)).toBe(1);
  expect(await admin.keys(`${prefix}:{config}:entries:*`)).toEqual([]);
  expect(await one.lead()).toBe(false);
  expect(await other.publish(changeOf(2, []))).toBe('published');
});

test('a lead that is taken again has a new name, and work that started under the old name fails', async () => {
  await one.lead();
  await takeOver();
  await other.close();
  expect(await one.publish(changeOf(1, []))).toBe('not_leading');
  expect(await one.lead()).toBe(true);
  expect(await one.storeSnapshot(snapshotOf(1, []))).toBe('stored');
});

test('after Redis lost its data, no process publishes before the lead has been taken again', async () => {
  await one.lead();
  await one.storeSnapshot(snapshotOf(1, []));
  await admin.flushall();
  expect(await one.publish(changeOf(2, []))).toBe('not_leading');
  expect(await one.storeSnapshot(snapshotOf(2, []))).toBe('not_leading');
  expect(await one.lead()).toBe(true);
  expect(await one.storeSnapshot(snapshotOf(2, []))).toBe('stored');
});

// Lets the lead expire, as for a stopped process, so that the other process takes it.
async function takeOver(): Promise<void> {
  await admin.del(redisKeys(prefix).lead);
  expect(await other.lead()).toBe(true);
}
