import { setTimeout as delay } from 'node:timers/promises';
import { cutClients, emptyRedis } from '../cast/redis-by-hand.js';
import { machineMs } from '../machine-clock.js';
import type { Random } from '../../support/random.js';
import { afterLossMs, afterReturnMs, afterSilenceMs } from './bounds.js';
import { seconds, type DrawnFault, type Stage } from './fault.js';

const everyGateway = [1, 2, 3];

/** FLUSHALL. */
export function flushRedis(): DrawnFault {
  return {
    text: 'Redis is emptied (FLUSHALL)',
    ...{ lastsMs: 0, touches: ['redis'] },
    strike: (stage) => aloneDuring(stage, everyGateway, afterLossMs, () => emptyRedis(stage.cast.redis.url)),
  };
}

/** SIGKILL to Redis, which comes back with nothing. */
export function restartRedisEmpty(random: Random, longestMs: number): DrawnFault {
  const lastsMs = Math.min(longestMs, random.between(0, 9000));
  return {
    text: `Redis is killed, and started empty after ${seconds(lastsMs)}`,
    ...{ lastsMs, touches: ['redis'] },
    strike: (stage) =>
      aloneDuring(stage, everyGateway, afterReturnMs, async () => {
        await stage.cast.redis.kill();
        await delay(lastsMs);
        await stage.cast.redis.restartEmpty();
      }),
  };
}

/** Redis stops as an operator stops it, and comes back with what it had then. */
export function restartRedis(random: Random, longestMs: number): DrawnFault {
  const lastsMs = Math.min(longestMs, random.between(0, 9000));
  return {
    text: `Redis is stopped, and started with its data after ${seconds(lastsMs)}`,
    ...{ lastsMs, touches: ['redis'] },
    strike: (stage) =>
      aloneDuring(stage, everyGateway, afterReturnMs, async () => {
        await stage.cast.redis.shutDown();
        await delay(lastsMs);
        await stage.cast.redis.start();
      }),
  };
}

/** SIGSTOP to Redis: connections stay, nothing is answered. */
export function freezeRedis(random: Random, longestMs: number): DrawnFault {
  const lastsMs = Math.min(longestMs, random.between(1000, 13_000));
  return {
    text: `Redis stands still for ${seconds(lastsMs)}`,
    ...{ lastsMs, touches: ['redis'] },
    strike: (stage) =>
      aloneDuring(stage, everyGateway, afterReturnMs, async () => {
        stage.cast.redis.pause();
        await delay(lastsMs);
        stage.cast.redis.resume();
      }),
  };
}

/** CLIENT KILL: every connection of a kind is cut, and may be made anew at once. */
export function cutRedisClients(random: Random): DrawnFault {
  const kind = random.happens(0.5) ? 'normal' : 'pubsub';
  return {
    text: `Redis cuts all its connections (CLIENT KILL TYPE ${kind})`,
    ...{ lastsMs: 0, touches: ['redis'] },
    strike: (stage) =>
      aloneDuring(stage, everyGateway, afterReturnMs, () => cutClients(stage.cast.redis.url, kind)),
  };
}

/** One process cannot reach Redis; the others can. */
export function partOneFromRedis(random: Random, longestMs: number): DrawnFault {
  const { whom, gateways, index, members } = drawMember(random);
  const lastsMs = Math.min(longestMs, random.between(1000, 14_000));
  return {
    text: `${whom} is cut off from Redis for ${seconds(lastsMs)}`,
    ...{ lastsMs, touches: ['redis'] },
    strike: (stage) =>
      aloneDuring(stage, gateways, afterReturnMs, async () => {
        const way = stage.cast[members][index]?.wayToRedis;
        way?.cut();
        await delay(lastsMs);
        way?.mend();
      }),
  };
}

/** What one process has open to Redis goes silent, as behind a firewall that forgot it: nothing comes, and no reset. */
export function silenceOneToRedis(random: Random): DrawnFault {
  const { whom, gateways, index, members } = drawMember(random);
  return {
    text: `the connections of ${whom} to Redis go silent, with nobody told`,
    ...{ lastsMs: 0, touches: ['redis'] },
    strike: (stage) =>
      aloneDuring(stage, gateways, afterSilenceMs, () => {
        stage.cast[members][index]?.wayToRedis.silence();
        return Promise.resolve();
      }),
  };
}

async function aloneDuring(
  { chronicle }: Stage,
  gateways: readonly number[],
  afterMs: number,
  work: () => Promise<void>,
): Promise<void> {
  const seclusion = { gateways, fromMs: machineMs(), toMs: Infinity };
  chronicle.seclusions.push(seclusion);
  await work();
  seclusion.toMs = machineMs() + afterMs;
}

interface DrawnMember {
  whom: string;
  members: 'apis' | 'gateways';
  index: number;
  /** Whose limits it concerns. */
  gateways: readonly number[];
}

function drawMember(random: Random): DrawnMember {
  const members = random.happens(0.7) ? 'gateways' : 'apis';
  const index = random.below(members === 'gateways' ? 3 : 2);
  const whom = `${members === 'gateways' ? 'gateway' : 'api'}-${index + 1}`;
  return { whom, members, index, gateways: members === 'gateways' ? [index + 1] : [] };
}
