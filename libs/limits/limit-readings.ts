import type { LimitReadings } from './connection-limits.js';
import type { CountedLimit } from './counted-limits.js';
import { limitRefusal, rateRefusal, unavailableRefusal } from './limit-refusals.js';

/**
 * The readings for these counts, in the same order. Like admission, they check the rate first, then each
 * limit.
 */
export function limitReadings(
  counted: readonly CountedLimit[],
  counts: readonly number[],
  rate: { perSecond: number; waitMs: number } | null,
): LimitReadings {
  const full = counted.find(({ limit }, index) => limit !== null && (counts[index] ?? 0) >= limit);
  const refusal = full ? limitRefusal(full.kind) : null;
  return {
    refusal: rate !== null && rate.waitMs > 0 ? rateRefusal(rate.waitMs) : refusal,
    rate,
    counts: counted.map(({ kind, limit }, index) => ({ kind, count: counts[index] ?? 0, limit })),
  };
}

/** The readings while the counting process does not answer. */
export function unknownReadings(counted: readonly CountedLimit[], perSecond: number | null): LimitReadings {
  return {
    refusal: unavailableRefusal(),
    rate: perSecond === null ? null : { perSecond, waitMs: null },
    counts: counted.map(({ kind, limit }) => ({ kind, count: null, limit })),
  };
}
