import { setTimeout as delay } from 'node:timers/promises';

const pollMs = 5;

/** Waits until the condition holds; the time limit of the case ends it where it never does. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await delay(pollMs);
}
