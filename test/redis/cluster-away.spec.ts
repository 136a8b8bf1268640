import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { createRedisConfigSink } from '#libs/config-bus';
import { createRedisTickets } from '#libs/credentials';
import { FleetConnectionLimiter } from '#libs/limits';
import { recordingLogger } from '../support/config-bus/recording-logger.js';
import { longWait } from '../support/long-wait.js';
import { startRedisCluster, type RedisCluster } from '../support/redis-cluster.js';
import { requestOf, tenantWith } from '../support/slot-requests.js';
import { sampleGrant } from '../support/tickets/tickets-contract.js';

let cluster: RedisCluster;
const closing: (() => Promise<void>)[] = [];
beforeAll(async () => {
  cluster = await startRedisCluster();
});
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});
afterAll(() => cluster.stop());

test.each([
  ['frozen', pause, resume],
  ['dead', kill, start],
])(
  'while all nodes are %s every call fails in a bounded time, and afterwards every call succeeds again',
  async (_way, leave, comeBack) => {
    const options = {
      url: cluster.url,
      prefix: randomUUID(),
      logger: recordingLogger().logger,
      timeoutMs: 500,
    };
    const [sink, tickets] = [createRedisConfigSink(options), createRedisTickets(options)];
    const limiter = new FleetConnectionLimiter({ ...options, leaseMs: 1000, now: () => performance.now() });
    closing.push(
      () => sink.close(),
      () => tickets.close(),
      () => limiter.close(),
    );
    const request = requestOf(tenantWith({ maxConnections: 5 }));
    const works = async (): Promise<void> => {
      expect(await sink.readPosition()).toBeNull();
      await tickets.issue('hash', sampleGrant(), 30);
      expect(limiter.status().scope).toBe('fleet');
    };
    await limiter.start();
    await works();
    await leave(cluster);
    await expect(sink.readPosition()).rejects.toThrow('configuration bus');
    await expect(tickets.issue('hash', sampleGrant(), 30)).rejects.toThrow('store of tickets');
    expect((await limiter.acquire(request)).ok).toBe(true);
    await vi.waitFor(() => expect(limiter.status().scope).toBe('gateway'), longWait);
    await comeBack(cluster);
    await cluster.untilSound();
    await vi.waitFor(works, longWait);
  },
);

test('the loss of one node affects only the slots on it', async () => {
  const { logger } = recordingLogger();
  const options = { url: cluster.url, prefix: randomUUID(), logger, timeoutMs: 500 };
  const tickets = createRedisTickets(options);
  closing.push(() => tickets.close());
  const hashes = Array.from({ length: 30 }, () => randomUUID());
  const lost = cluster.nodes[2];
  const owners = await Promise.all(hashes.map((hash) => cluster.ownerOf(`${options.prefix}:ticket:${hash}`)));
  const outcomes = (): Promise<boolean[]> =>
    Promise.all(
      hashes.map((hash) =>
        tickets.issue(hash, sampleGrant(), 30).then(
          () => true,
          () => false,
        ),
      ),
    );
  expect(await outcomes()).not.toContain(false);
  await lost?.kill();
  expect(await outcomes()).toEqual(owners.map((owner) => owner !== lost));
});

async function kill({ nodes }: RedisCluster): Promise<void> {
  await Promise.all(nodes.map((node) => node.kill()));
}

async function start({ nodes }: RedisCluster): Promise<void> {
  await Promise.all(nodes.map((node) => node.start()));
}

function pause({ nodes }: RedisCluster): Promise<void> {
  for (const node of nodes) node.pause();
  return Promise.resolve();
}

function resume({ nodes }: RedisCluster): Promise<void> {
  for (const node of nodes) node.resume();
  return Promise.resolve();
}
