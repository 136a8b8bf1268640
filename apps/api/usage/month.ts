import { dayMs } from './usage-tables.js';

/** A calendar month in UTC, in days since 1970. */
export interface Month {
  firstDay: number;
  /** The first day of the next month. */
  endDay: number;
  /** The first moment of the next month. */
  endsAt: string;
}

export function monthOf(nowMs: number): Month {
  const now = new Date(nowMs);
  const startMs = Date.UTC(now.getUTCFullYear(), now.getUTCMonth());
  const endMs = Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1);
  return { firstDay: startMs / dayMs, endDay: endMs / dayMs, endsAt: new Date(endMs).toISOString() };
}
