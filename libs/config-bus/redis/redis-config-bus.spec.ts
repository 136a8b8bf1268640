import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { afterAll, beforeAll } from 'vitest';
import { describeConfigBus } from '../../../test/support/config-bus/config-bus-contract.js';
import type { ConfigBusUnderTest } from '../../../test/support/config-bus/config-bus-under-test.js';
import { recordingLogger } from '../../../test/support/config-bus/recording-logger.js';
import { startRedisServer, type RedisServer } from '../../../test/support/redis-server.js';
import { createRedisConfigSink } from './redis-config-sink.js';
import { createRedisConfigSource } from './redis-config-source.js';
import { redisKeys } from './redis-keys.js';

let server: RedisServer;
beforeAll(async () => {
  server = await startRedisServer();
});
afterAll(() => server.stop());

async function openRedisBus(): Promise<ConfigBusUnderTest> {
  const prefix = `test-${randomUUID()}`;
  const keys = redisKeys(prefix);
  const options = { url: server.url, prefix, logger: recordingLogger().logger };
  const sink = createRedisConfigSink(options);
  const otherSink = createRedisConfigSink(options);
  const source = createRedisConfigSource(options);
  const admin = new Redis(server.url, { retryStrategy: () => 20, maxRetriesPerRequest: null });
  admin.on('error', () => undefined);
  await admin.ping();
  return {
    sink,
    source,
    otherSink,
    flush: async () => {
      await admin.flushall();
    },
    restartEmpty: () => server.restartEmpty(),
    goAway: () => server.shutDown(),
    comeBack: () => server.start(),
    storeSilently: async ({ epoch, revision }, entries) => {
      const fields = entries.flatMap((text, index) => [String(index), text]);
      const transaction = admin.multi().hset(keys.position, { epoch, revision }).del(keys.entries);
      await transaction.hset(keys.entries, ...fields).exec();
    },
    announce: async (payload) => {
      await admin.publish(keys.changes, payload);
    },
    subscriptions: async () => {
      const [, count] = await admin.pubsub('NUMSUB', keys.changes);
      return Number(count);
    },
    dispose: async () => {
      await Promise.all([sink.close(), otherSink.close(), source.close()]);
      admin.disconnect();
    },
  };
}

describeConfigBus('Redis bus', openRedisBus);
