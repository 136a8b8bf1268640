import { setImmediate as nextTurn } from 'node:timers/promises';

/** The number of active timers of this process. */
export function activeTimers(): number {
  return process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length;
}

/**
 * Resolves once no more timers are active than at an earlier count. The test runner has short timers too, so
 * a single count proves nothing. If a timer leaks, the time limit of the test ends the wait.
 */
export async function timersBackTo(count: number): Promise<void> {
  while (activeTimers() > count) await nextTurn();
}
