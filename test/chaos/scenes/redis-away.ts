import { setTimeout as delay } from 'node:timers/promises';
import { afterReturnMs } from '../faults/bounds.js';
import type { PlannedFault } from '../faults/schedule.js';
import { machineMs } from '../machine-clock.js';
import { ChaosPerformance, type Judgement, type PerformanceInput } from '../performance.js';

const beforeMs = 5000;
const equalAfterMs = 5000;

type SceneInput = Pick<PerformanceInput, 'seed' | 'size' | 'print' | 'interrupted' | 'folder'> & {
  awayMs: number;
};

/**
 * Redis is away for a while, under load: no connection ends, new ones are let in within the share of each gateway, every write is accepted,
 * and all is equal 5 seconds after it is back.
 */
export function playRedisAway({ awayMs, ...input }: SceneInput): Promise<string[]> {
  const away = { fromMs: 0, toMs: 0 };
  const fault: PlannedFault = {
    text: `Redis is stopped, and started again after ${awayMs / 1000} s`,
    ...{ startMs: beforeMs, lastsMs: awayMs, touches: ['redis'] },
    strike: async ({ cast, chronicle }) => {
      away.fromMs = machineMs();
      const seclusion = { gateways: [1, 2, 3], fromMs: away.fromMs, toMs: Infinity };
      chronicle.seclusions.push(seclusion);
      await cast.redis.shutDown();
      await delay(awayMs);
      away.toMs = machineMs();
      await cast.redis.start();
      seclusion.toMs = machineMs() + afterReturnMs;
    },
  };
  const judge: PerformanceInput['judge'] = ({ clientNotes }, { acceptedAtMs, unknown }): Judgement => {
    const isMeanwhile = (atMs: number): boolean => away.fromMs < atMs && atMs < away.toMs;
    const opened = clientNotes.filter(({ kind, atMs }) => kind === 'opened' && isMeanwhile(atMs));
    const each = [1, 2, 3].map((gateway) => opened.filter((note) => note.gateway === gateway).length);
    const accepted = acceptedAtMs.filter(isMeanwhile).length;
    return {
      lines: [
        `while Redis was away: ${each.join(', ')} connections let in by the gateways, ${accepted} writes accepted`,
      ],
      violations: [
        ...each.flatMap((count, index) =>
          count > 0 ? [] : [`gateway-${index + 1} let nobody in without Redis`],
        ),
        ...(accepted > 0 ? [] : ['no write was accepted without Redis']),
        ...(unknown === 0 ? [] : [`${unknown} writes had no answer, or 503`]),
      ],
    };
  };
  const schedule = (): PlannedFault[] => [fault];
  return new ChaosPerformance({
    ...input,
    schedule,
    judge,
    writers: 4,
    agreementTimeoutMs: equalAfterMs,
  }).run();
}
