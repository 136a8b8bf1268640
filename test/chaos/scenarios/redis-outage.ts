import { setTimeout as delay } from 'node:timers/promises';
import { afterReturnMs } from '../faults/bounds.js';
import type { PlannedFault } from '../faults/schedule.js';
import { machineMs } from '../machine-clock.js';
import { ChaosRun, type CheckResult, type ChaosRunInput } from '../chaos-run.js';

const beforeMs = 5000;
const equalAfterMs = 5000;

type ScenarioInput = Pick<ChaosRunInput, 'seed' | 'size' | 'print' | 'interrupted' | 'folder'> & {
  outageMs: number;
};

/**
 * Redis is down for some time under load: no connection ends, every gateway admits new connections, every
 * write is accepted, and all nodes agree 5 seconds after Redis is back.
 */
export function runRedisOutage({ outageMs, ...input }: ScenarioInput): Promise<string[]> {
  const outage = { fromMs: 0, toMs: 0 };
  const fault: PlannedFault = {
    text: `Redis is stopped, and restarted after ${outageMs / 1000} s`,
    ...{ startMs: beforeMs, lastsMs: outageMs, touches: ['redis'] },
    inject: async ({ cluster, history }) => {
      outage.fromMs = machineMs();
      const period = { gateways: [1, 2, 3], fromMs: outage.fromMs, toMs: Infinity };
      history.localCounting.push(period);
      await cluster.redis.shutDown();
      await delay(outageMs);
      outage.toMs = machineMs();
      await cluster.redis.start();
      period.toMs = machineMs() + afterReturnMs;
    },
  };
  const check: ChaosRunInput['check'] = ({ clientEvents }, { acceptedAtMs, unknown }): CheckResult => {
    const isDuringOutage = (atMs: number): boolean => outage.fromMs < atMs && atMs < outage.toMs;
    const opened = clientEvents.filter(({ kind, atMs }) => kind === 'opened' && isDuringOutage(atMs));
    const each = [1, 2, 3].map((gateway) => opened.filter((event) => event.gateway === gateway).length);
    const accepted = acceptedAtMs.filter(isDuringOutage).length;
    return {
      lines: [
        `while Redis was down: ${each.join(', ')} connections admitted by the gateways, ${accepted} writes accepted`,
      ],
      violations: [
        ...each.flatMap((count, index) =>
          count > 0 ? [] : [`gateway-${index + 1} admitted no connection without Redis`],
        ),
        ...(accepted > 0 ? [] : ['no write was accepted without Redis']),
        ...(unknown === 0 ? [] : [`${unknown} writes had no answer, or 503`]),
      ],
    };
  };
  const schedule = (): PlannedFault[] => [fault];
  return new ChaosRun({
    ...input,
    schedule,
    check,
    writers: 4,
    agreementTimeoutMs: equalAfterMs,
  }).run();
}
