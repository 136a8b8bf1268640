import { setTimeout as delay } from 'node:timers/promises';
import { machineMs } from '../machine-clock.js';
import type { FaultTarget } from './fault.js';
import type { PlannedFault } from './schedule.js';

/**
 * Injects each fault at its time, or as soon as no other fault touches the same resources. Resolves when the
 * last fault is repaired; rejects if a fault cannot be repaired.
 */
export async function injectFaults(
  plan: readonly PlannedFault[],
  target: FaultTarget,
  onInject: (atMs: number, text: string) => void,
): Promise<void> {
  const startedAtMs = machineMs();
  const touched = new Map<string, Promise<void>>();
  const injections = plan.map(async (fault) => {
    const earlier = fault.touches.map((thing) => touched.get(thing) ?? Promise.resolve());
    const isOver = (async (): Promise<void> => {
      await delay(fault.startMs);
      await Promise.all(earlier);
      onInject(machineMs() - startedAtMs, fault.text);
      await fault.inject(target);
    })();
    for (const thing of fault.touches) touched.set(thing, isOver);
    await isOver;
  });
  await Promise.all(injections);
}
