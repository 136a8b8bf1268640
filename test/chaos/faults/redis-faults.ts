import { setTimeout as delay } from 'node:timers/promises';
import { cutClients, emptyRedis } from '../cluster/redis-commands.js';
import { machineMs } from '../machine-clock.js';
import type { Random } from '../../support/random.js';
import { afterLossMs, afterReturnMs, afterDropMs } from './bounds.js';
import { seconds, type DrawnFault, type FaultTarget } from './fault.js';

const everyGateway = [1, 2, 3];

/** FLUSHALL. */
export function flushRedis(): DrawnFault {
  return {
    text: 'Redis is emptied (FLUSHALL)',
    ...{ lastsMs: 0, touches: ['redis'] },
    inject: (target) =>
      countingLocally(target, everyGateway, afterLossMs, () => emptyRedis(target.cluster.redis.url)),
  };
}

/** SIGKILL to Redis, which starts again without data. */
export function restartRedisEmpty(random: Random, maxMs: number): DrawnFault {
  const lastsMs = Math.min(maxMs, random.between(0, 9000));
  return {
    text: `Redis is killed, and started empty after ${seconds(lastsMs)}`,
    ...{ lastsMs, touches: ['redis'] },
    inject: (target) =>
      countingLocally(target, everyGateway, afterReturnMs, async () => {
        await target.cluster.redis.kill();
        await delay(lastsMs);
        await target.cluster.redis.restartEmpty();
      }),
  };
}

/** A restart of Redis by an operator, which keeps its data. */
export function restartRedis(random: Random, maxMs: number): DrawnFault {
  const lastsMs = Math.min(maxMs, random.between(0, 9000));
  return {
    text: `Redis is stopped, and started with its data after ${seconds(lastsMs)}`,
    ...{ lastsMs, touches: ['redis'] },
    inject: (target) =>
      countingLocally(target, everyGateway, afterReturnMs, async () => {
        await target.cluster.redis.shutDown();
        await delay(lastsMs);
        await target.cluster.redis.start();
      }),
  };
}

/** SIGSTOP to Redis: connections stay open, and no command is answered. */
export function pauseRedis(random: Random, maxMs: number): DrawnFault {
  const lastsMs = Math.min(maxMs, random.between(1000, 13_000));
  return {
    text: `Redis is paused for ${seconds(lastsMs)}`,
    ...{ lastsMs, touches: ['redis'] },
    inject: (target) =>
      countingLocally(target, everyGateway, afterReturnMs, async () => {
        target.cluster.redis.pause();
        await delay(lastsMs);
        target.cluster.redis.resume();
      }),
  };
}

/** CLIENT KILL: Redis closes every connection of a kind; clients may reconnect at once. */
export function cutRedisClients(random: Random): DrawnFault {
  const kind = random.happens(0.5) ? 'normal' : 'pubsub';
  return {
    text: `Redis closes all its connections (CLIENT KILL TYPE ${kind})`,
    ...{ lastsMs: 0, touches: ['redis'] },
    inject: (target) =>
      countingLocally(target, everyGateway, afterReturnMs, () => cutClients(target.cluster.redis.url, kind)),
  };
}

/** One process cannot reach Redis; the others can. */
export function partitionFromRedis(random: Random, maxMs: number): DrawnFault {
  const { name, gateways, index, nodes } = drawNode(random);
  const lastsMs = Math.min(maxMs, random.between(1000, 14_000));
  return {
    text: `${name} is partitioned from Redis for ${seconds(lastsMs)}`,
    ...{ lastsMs, touches: ['redis'] },
    inject: (target) =>
      countingLocally(target, gateways, afterReturnMs, async () => {
        const proxy = target.cluster[nodes][index]?.redisProxy;
        proxy?.partition();
        await delay(lastsMs);
        proxy?.heal();
      }),
  };
}

/**
 * The traffic of one process's open connections to Redis is dropped without a reset, as by a firewall that
 * lost its state.
 */
export function dropRedisTraffic(random: Random): DrawnFault {
  const { name, gateways, index, nodes } = drawNode(random);
  return {
    text: `the traffic of ${name}'s connections to Redis is silently dropped`,
    ...{ lastsMs: 0, touches: ['redis'] },
    inject: (target) =>
      countingLocally(target, gateways, afterDropMs, () => {
        target.cluster[nodes][index]?.redisProxy.dropTraffic();
        return Promise.resolve();
      }),
  };
}

async function countingLocally(
  { history }: FaultTarget,
  gateways: readonly number[],
  afterMs: number,
  work: () => Promise<void>,
): Promise<void> {
  const period = { gateways, fromMs: machineMs(), toMs: Infinity };
  history.localCounting.push(period);
  await work();
  period.toMs = machineMs() + afterMs;
}

interface DrawnNode {
  name: string;
  nodes: 'apis' | 'gateways';
  index: number;
  /** The gateways that may count locally during this fault. */
  gateways: readonly number[];
}

function drawNode(random: Random): DrawnNode {
  const nodes = random.happens(0.7) ? 'gateways' : 'apis';
  const index = random.below(nodes === 'gateways' ? 3 : 2);
  const name = `${nodes === 'gateways' ? 'gateway' : 'api'}-${index + 1}`;
  return { name, nodes, index, gateways: nodes === 'gateways' ? [index + 1] : [] };
}
