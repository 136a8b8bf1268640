import { randomUUID } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';

import {
  changeOf,
  idsOf,
  routeEntry,
  snapshotOf,
  tenantEntry,
} from '../../../test/support/config-bus/published-entries.js';
import { RecordingConsumer } from '../../../test/support/config-bus/recording-consumer.js';
import { recordingLogger } from '../../../test/support/config-bus/recording-logger.js';
import { sharedRedis, startRedisServer, type RedisServer } from '../../../test/support/redis-server.js';
import { startTcpProxy } from '../../../test/support/tcp-proxy.js';
import { ConfigFollower } from '../config-follower.js';
import { createRedisConfigSink, type RedisConfigBusOptions } from './redis-config-sink.js';
import { createRedisConfigSource } from './redis-config-source.js';
import { redisKeys } from './redis-keys.js';
import { longWait } from '../../../test/support/long-wait.js';

let server: RedisServer;
let admin: Redis;
let releases: (() => Promise<void>)[] = [];
beforeAll(async () => {
  server = await startRedisServer();
  admin = new Redis(server.url);
  admin.on('error', () => undefined);
});
afterEach(async () => {
  for (const release of releases) await release();
  releases = [];
});
afterAll(async () => {
  admin.disconnect();
  await server.stop();
});

const acme = tenantEntry('acme');
const other = tenantEntry('other');

function openEnds(overrides: Partial<RedisConfigBusOptions> = {}) {
  const { logger, lines } = recordingLogger();
  const options = { url: server.url, prefix: `test-${randomUUID()}`, logger, ...overrides };
  const sink = createRedisConfigSink(options);
  const source = createRedisConfigSource(options);
  releases.push(
    () => sink.close(),
    () => source.close(),
  );
  return { sink, source, lines, keys: redisKeys(options.prefix) };
}

async function follow(source: ReturnType<typeof openEnds>['source'], checkIntervalMs = 60_000) {
  const consumer = new RecordingConsumer();
  const { logger } = recordingLogger();
  const follower = new ConfigFollower({ source, consumer, logger, checkIntervalMs });
  releases.unshift(() => follower.stop());
  await follower.start();
  return { consumer, follower };
}

const reaches = (follower: ConfigFollower, revision: number) =>
  vi.waitFor(
    () => expect(follower.status).toMatchObject({ state: 'following', appliedPosition: { revision } }),
    longWait,
  );

describe('a failing Redis', () => {
  test('each call to a frozen Redis rejects within a bounded time, and works again when it resumes', async () => {
    const { sink, source } = openEnds({ timeoutMs: 500 });
    await sink.storeSnapshot(snapshotOf(1, [acme]));
    await source.subscribe({ onChange: () => undefined, onDisturbance: () => undefined });
    await source.readPosition();
    server.pause();
    try {
      await expect(sink.publish(changeOf(2, [other]))).rejects.toThrow(/the configuration bus failed/);
      await expect(source.readPosition()).rejects.toThrow(/the configuration bus failed/);
      await expect(source.readSnapshot()).rejects.toThrow(/the configuration bus failed/);
    } finally {
      server.resume();
    }
    const position = await vi.waitFor(() => source.readPosition(), longWait);
    expect([1, 2]).toContain(position?.revision);
  });

  test('dead connections are replaced, and missed changes are found', async () => {
    const proxy = await startTcpProxy(Number(new URL(server.url).port));
    const url = `redis://127.0.0.1:${String(proxy.port)}`;
    const { sink, source } = openEnds({ url, timeoutMs: 500 });
    try {
      await sink.storeSnapshot(snapshotOf(1, [acme]));
      const { consumer, follower } = await follow(source, 50);
      await reaches(follower, 1);
      proxy.dropTraffic();
      await expect(sink.publish(changeOf(2, [other]))).rejects.toThrow();
      await vi.waitFor(
        async () => expect(await sink.publish(changeOf(2, [other]))).toBe('published'),
        longWait,
      );
      await reaches(follower, 2);
      expect(consumer.ids).toEqual(idsOf(acme, other));
    } finally {
      proxy.close();
    }
  });

  test('a follower is detached while Redis answers but no longer announces changes', async () => {
    const proxy = await startTcpProxy(Number(new URL(server.url).port));
    const { source } = openEnds({ url: `redis://127.0.0.1:${String(proxy.port)}`, timeoutMs: 500 });
    try {
      const onDisturbance = vi.fn();
      await source.subscribe({ onChange: () => undefined, onDisturbance });
      await source.readPosition();
      proxy.dropTraffic(1);
      await expect(source.readPosition()).rejects.toThrow();
      await vi.waitFor(() => expect(onDisturbance).toHaveBeenCalled(), longWait);
      expect(await source.readPosition()).toBeNull();
    } finally {
      proxy.close();
    }
  });

  test('a connection attempt to a Redis that never answers ends with an error', async () => {
    server.pause();
    try {
      const { sink, source } = openEnds({ timeoutMs: 500 });
      await expect(sink.readPosition()).rejects.toThrow();
      await expect(
        source.subscribe({ onChange: () => undefined, onDisturbance: () => undefined }),
      ).rejects.toThrow();
    } finally {
      server.resume();
    }
  });

  test('no error and no log line contains the password when Redis expects another password', async () => {
    const password = `secret-${randomUUID()}`;
    await admin.config('SET', 'requirepass', 'the right one');
    try {
      const { sink, lines } = openEnds({ url: server.url.replace('//', `//:${password}@`) });
      const failure: unknown = await sink
        .storeSnapshot(snapshotOf(1, [acme]))
        .catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(Error);
      const logged = JSON.stringify([
        lines,
        Object.getOwnPropertyNames(failure).map((name) => Reflect.get(Object(failure), name) as unknown),
      ]);
      expect(lines.length).toBeGreaterThan(0);
      expect(logged).not.toContain(password);
      expect(logged).not.toContain(acme.id);
    } finally {
      await admin.config('SET', 'requirepass', '');
    }
  });

  test('a full Redis refuses a change, and no part of it is stored', async () => {
    const { sink, source } = openEnds();
    await sink.storeSnapshot(snapshotOf(1, [acme]));
    await admin.config('SET', 'maxmemory', '1mb');
    try {
      await expect(sink.publish(changeOf(2, [other]))).rejects.toThrow(/maxmemory|OOM/);
    } finally {
      await admin.config('SET', 'maxmemory', '0');
    }
    const stored = await source.readSnapshot();
    expect(stored?.revision).toBe(1);
    expect([...(stored?.entries ?? [])]).toEqual([JSON.stringify(acme)]);
  });

  test('a Redis that is emptied while a snapshot is written has the whole snapshot or nothing', async () => {
    const { sink, source } = openEnds();
    const routes = Array.from({ length: 3000 }, (_, index) => routeEntry(acme.id, `/${String(index)}`));
    for (let round = 0; round < 10; round += 1) {
      const stored = sink.storeSnapshot(snapshotOf(round, [acme, ...routes])).catch(() => 'failed');
      await vi.waitFor(async () => expect(await admin.dbsize()).toBeGreaterThan(0), {
        ...longWait,
        interval: 1,
      });
      await admin.flushall();
      await stored;
      const snapshot = await source.readSnapshot();
      const entries = snapshot === null ? null : Array.from(snapshot.entries);
      expect([null, 3001]).toContain(entries && entries.length);
      await admin.flushall();
    }
  });

  test('a dropped subscription is renewed, and missed changes are found at once', async () => {
    const { sink, source, keys } = openEnds();
    await sink.storeSnapshot(snapshotOf(1, [acme]));
    const { consumer, follower } = await follow(source);
    await reaches(follower, 1);
    await admin.hset(keys.position, 'revision', 2);
    await admin.hset(keys.entries, other.id, JSON.stringify(other));
    await admin.client('KILL', 'TYPE', 'pubsub');
    await reaches(follower, 2);
    expect(consumer.ids).toEqual(idsOf(acme, other));
    await sink.publish(changeOf(3, []));
    await reaches(follower, 3);
  });

  test('the listeners of reconnection are called once when Redis is reachable again', async () => {
    const { sink } = openEnds();
    await sink.readPosition();
    const onReconnect = vi.fn();
    const released = vi.fn();
    sink.onReconnect(onReconnect);
    sink.onReconnect(released)();
    await admin.client('KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    await vi.waitFor(() => expect(onReconnect).toHaveBeenCalledTimes(1), longWait);
    await sink.readPosition();
    expect(onReconnect).toHaveBeenCalledTimes(1);
    expect(released).not.toHaveBeenCalled();
  });
});

describe('the data in Redis', () => {
  test('a change too big to be announced is read from the store', async () => {
    const { sink, source } = openEnds();
    await sink.storeSnapshot(snapshotOf(1, [acme]));
    const { consumer, follower } = await follow(source);
    await reaches(follower, 1);
    const routes = Array.from({ length: 8000 }, (_, index) => routeEntry(acme.id, `/${String(index)}`));
    expect(await sink.publish(changeOf(2, routes))).toBe('published');
    await reaches(follower, 2);
    expect(consumer.ids).toHaveLength(8001);
    expect(consumer.applied).toEqual([]);
  });

  test('keys have the prefix, one hash tag and no time to live, and a replaced snapshot leaves no key', async () => {
    const shared = await sharedRedis();
    const client = new Redis(shared.url);
    const prefix = `test-${randomUUID()}`;
    const { sink } = openEnds({ url: shared.url, prefix });
    try {
      await sink.storeSnapshot(snapshotOf(1, [acme]));
      await sink.storeSnapshot(snapshotOf(2, [other]));
      await sink.publish(changeOf(3, [acme]));
      const names = (await client.keys(`${prefix}:*`)).sort();
      expect(names).toEqual([`${prefix}:{config}:entries`, `${prefix}:{config}:position`]);
      expect(await Promise.all(names.map((name) => client.ttl(name)))).toEqual([-1, -1]);
    } finally {
      const { position, entries } = redisKeys(prefix);
      await client.del(position, entries);
      client.disconnect();
      await sink.close();
      await shared.release();
    }
  });

  test('closing twice leaves no connection and no timer, also while Redis is down', async () => {
    const resources = () =>
      process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap' || name === 'Timeout')
        .length;
    await admin.ping();
    const before = resources();
    const open = openEnds();
    await open.sink.readPosition();
    await open.source.subscribe({ onChange: () => undefined, onDisturbance: () => undefined });
    await open.source.readPosition();
    const away = openEnds({ url: 'redis://127.0.0.1:1' });
    await expect(away.sink.readPosition()).rejects.toThrow();
    await expect(away.source.readSnapshot()).rejects.toThrow();
    const unused = openEnds();
    for (const { sink, source } of [open, away, unused]) {
      await Promise.all([sink.close(), source.close()]);
      await Promise.all([sink.close(), source.close()]);
      await expect(sink.readPosition()).rejects.toThrow();
    }
    // vi.waitFor would create timers itself. The time limit of the test ends this loop.
    while (resources() > before) await nextTurn();
  });
});
