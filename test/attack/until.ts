import { setTimeout as delay } from 'node:timers/promises';

const pollMs = 5;
const steadyEveryMs = 50;
const steadyChecks = 5;

/** Waits until the condition holds. If it never does, the time limit of the case ends the wait. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await delay(pollMs);
}

/** Waits until a counter above 0 does not change for some time; resolves with its value. */
export async function untilSteady(count: () => number): Promise<number> {
  let last = -1;
  for (let unchanged = 0; unchanged <= steadyChecks;) {
    await delay(steadyEveryMs);
    const now = count();
    unchanged = now === last && now > 0 ? unchanged + 1 : 0;
    last = now;
  }
  return last;
}
