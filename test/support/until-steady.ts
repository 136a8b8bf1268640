import { expect, vi } from 'vitest';

/** Waits until a counter does not change over several checks; resolves with its value. */
export async function untilSteady(count: () => number): Promise<number> {
  let last = -1;
  let unchanged = 0;
  await vi.waitFor(
    () => {
      const now = count();
      unchanged = now === last && now > 0 ? unchanged + 1 : 0;
      last = now;
      expect(unchanged).toBeGreaterThan(5);
    },
    { timeout: 30_000, interval: 50 },
  );
  return last;
}
