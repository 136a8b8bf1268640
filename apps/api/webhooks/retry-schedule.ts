import { withJitter } from '#libs/async';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

// 12 attempts over some 22 hours.
const delaysMs = [
  ...[5000, 30_000, 2 * minuteMs, 10 * minuteMs, 30 * minuteMs],
  ...[hourMs, 2 * hourMs, 3 * hourMs, 4 * hourMs, 5 * hourMs, 6 * hourMs],
];

/** The delay after so many failed attempts, between three quarters and all of it; null: it is given up. */
export function retryDelayMs(failures: number): number | null {
  const delay = delaysMs[failures - 1];
  return delay === undefined ? null : delay / 2 + withJitter(delay) / 2;
}
