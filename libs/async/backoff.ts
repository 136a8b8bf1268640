// More doublings would only overflow; every maximum is reached long before.
const maxDoublings = 20;

/**
 * The delay after a number of failures in a row: `firstMs` after the first, doubled with each further one, at
 * most `maxMs`.
 */
export function backoffMs(failures: number, firstMs: number, maxMs: number): number {
  if (failures <= 0) return 0;
  return Math.min(firstMs * 2 ** Math.min(failures - 1, maxDoublings), maxMs);
}

/**
 * A random delay between half and all of `delayMs`, so that the processes of a fleet do not retry at the same
 * moment.
 */
export function withJitter(delayMs: number): number {
  return delayMs * (0.5 + Math.random() / 2);
}
