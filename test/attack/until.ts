import { setTimeout as delay } from 'node:timers/promises';

const pollMs = 5;

/** Waits until the condition holds. If it never does, the time limit of the case ends the wait. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await delay(pollMs);
}
