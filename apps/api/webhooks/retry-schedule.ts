import { withJitter } from '#libs/async';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

// 12 attempts over some 22 hours.
const delaysMs = [
  ...[5000, 30_000, 2 * minuteMs, 10 * minuteMs, 30 * minuteMs],
  ...[hourMs, 2 * hourMs, 3 * hourMs, 4 * hourMs, 5 * hourMs, 6 * hourMs],
];

/**
 * The delay after this number of failed attempts, shortened by up to a quarter; null: there is no other
 * attempt.
 */
export function retryDelayMs(failures: number): number | null {
  const delay = delaysMs[failures - 1];
  return delay === undefined ? null : delay / 2 + withJitter(delay) / 2;
}
