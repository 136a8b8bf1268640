import { setImmediate as nextTurn } from 'node:timers/promises';

/** Timers of this process that are running. */
export function activeTimers(): number {
  return process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length;
}

/**
 * Resolves once no more timers run than at an earlier count. The test runner has short timers itself, so a look at
 * one moment says nothing; where a timer stays, the time limit of the test ends this.
 */
export async function timersBackTo(count: number): Promise<void> {
  while (activeTimers() > count) await nextTurn();
}
