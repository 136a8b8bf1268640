import { setTimeout as delay } from 'node:timers/promises';
import { machineMs } from '../machine-clock.js';
import type { Stage } from './fault.js';
import type { PlannedFault } from './schedule.js';

/**
 * Carries out what is planned: each fault at its time, or as soon as nobody touches the same things any more. Resolves when
 * the last one is over; a fault that cannot be mended rejects.
 */
export async function strikeAll(
  plan: readonly PlannedFault[],
  stage: Stage,
  onStrike: (atMs: number, text: string) => void,
): Promise<void> {
  const startedAtMs = machineMs();
  const touched = new Map<string, Promise<void>>();
  const strikes = plan.map(async (fault) => {
    const earlier = fault.touches.map((thing) => touched.get(thing) ?? Promise.resolve());
    const isOver = (async (): Promise<void> => {
      await delay(fault.startMs);
      await Promise.all(earlier);
      onStrike(machineMs() - startedAtMs, fault.text);
      await fault.strike(stage);
    })();
    for (const thing of fault.touches) touched.set(thing, isOver);
    await isOver;
  });
  await Promise.all(strikes);
}
