import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { createRedisConfigSink, createRedisConfigSource } from '#libs/config-bus';
import { createRedisTickets } from '#libs/credentials';
import { createRedisFleet, createRedisFleetMembership } from '#libs/fleet';
import { FleetConnectionLimiter } from '#libs/limits';
import type { ConfigBusUnderTest } from '../support/config-bus/config-bus-under-test.js';
import { describeConfigEnds } from '../support/config-bus/config-ends-contract.js';
import { describeFollowerOrder } from '../support/config-bus/follower-order-contract.js';
import { describeFollowerRefusal } from '../support/config-bus/follower-refusal-contract.js';
import { recordingLogger } from '../support/config-bus/recording-logger.js';
import { describeFleet } from '../support/fleet/fleet-contract.js';
import { longWait } from '../support/long-wait.js';
import { ask, startRedisCluster, type RedisCluster } from '../support/redis-cluster.js';
import { requestOf, tenantWith } from '../support/slot-requests.js';
import { describeTickets } from '../support/tickets/tickets-contract.js';

let cluster: RedisCluster;
beforeAll(async () => {
  cluster = await startRedisCluster();
});
afterAll(() => cluster.stop());

const newOptions = () => ({
  url: cluster.url,
  prefix: `test-${randomUUID()}`,
  logger: recordingLogger().logger,
});

async function openConfigBus(): Promise<ConfigBusUnderTest> {
  const options = newOptions();
  const names = { position: 'position', entries: 'entries', changes: 'changes' };
  const keys = Object.fromEntries(
    Object.entries(names).map(([name, what]) => [name, `${options.prefix}:{config}:${what}`]),
  ) as typeof names;
  const owner = await cluster.ownerOf(keys.position);
  const sink = createRedisConfigSink(options);
  const otherSink = createRedisConfigSink(options);
  const source = createRedisConfigSource(options);
  return {
    sink,
    source,
    otherSink,
    flush: () => cluster.flush(),
    restartEmpty: async () => {
      await owner.restartEmpty();
      await cluster.untilSound();
    },
    goAway: () => owner.shutDown(),
    comeBack: async () => {
      await owner.start();
      await cluster.untilSound();
    },
    storeSilently: async ({ epoch, revision }, entries) => {
      const fields = entries.flatMap((text, index) => [String(index), text]);
      await ask(owner, async (redis) => {
        await redis.hset(keys.position, { epoch, revision });
        await redis.del(keys.entries);
        await redis.hset(keys.entries, ...fields);
      });
    },
    announce: async (payload) => {
      await ask(owner, (redis) => redis.publish(keys.changes, payload));
    },
    subscriptions: async () => Number((await ask(owner, (redis) => redis.pubsub('NUMSUB', keys.changes)))[1]),
    dispose: async () => {
      await Promise.all([sink.close(), otherSink.close(), source.close()]);
    },
  };
}

describeConfigEnds('configuration bus on a cluster', openConfigBus);
describeFollowerOrder('configuration bus on a cluster', openConfigBus);
describeFollowerRefusal('configuration bus on a cluster', openConfigBus);

describeFleet('fleet on a cluster', () => {
  const { logger, lines } = recordingLogger();
  const options = { ...newOptions(), logger };
  return {
    fleet: createRedisFleet(options),
    createMembership: () => createRedisFleetMembership(options),
    lines,
  };
});

describeTickets('tickets on a cluster', () => {
  const options = newOptions();
  const [issuer, one, other] = [1, 2, 3].map(() => createRedisTickets(options));
  if (!issuer || !one || !other) throw new Error('three were made');
  const close = async (): Promise<void> => {
    await Promise.all([issuer.close(), one.close(), other.close()]);
  };
  return { issuer, redeemers: [one, other], close };
});

describe('limits on a cluster', () => {
  test('are exact for tenants on every node, and no key is left after their slots are released', async () => {
    const options = { ...newOptions(), now: () => performance.now() };
    const gateways = [1, 2, 3].map(() => new FleetConnectionLimiter(options));
    await Promise.all(gateways.map((gateway) => gateway.start()));
    expect(gateways.map((gateway) => gateway.status().scope)).toEqual(['fleet', 'fleet', 'fleet']);
    const tenants = Array.from({ length: 20 }, () =>
      tenantWith({ maxConnections: 5, connectionsPerSecond: 1000 }),
    );
    const owners = new Set(await Promise.all(tenants.map(({ id }) => cluster.ownerOf(`{${id}}`))));
    expect(owners.size).toBe(3);
    for (const tenant of tenants) {
      const crowd = Array.from({ length: 5 }, () => gateways).flat();
      const results = await Promise.all(crowd.map((gateway) => gateway.acquire(requestOf(tenant))));
      const slots = results.flatMap((result) => (result.ok ? [result.slot] : []));
      expect(slots).toHaveLength(5);
      for (const slot of slots) slot.release();
    }
    const left = async (): Promise<string[]> =>
      (
        await Promise.all(
          cluster.nodes.map((node) => ask(node, (redis) => redis.keys(`${options.prefix}:slots:*`))),
        )
      ).flat();
    await vi.waitFor(async () => {
      expect((await left()).filter((key) => !key.endsWith(':rate'))).toEqual([]);
    }, longWait);
    await Promise.all(gateways.map((gateway) => gateway.close()));
  });
});
