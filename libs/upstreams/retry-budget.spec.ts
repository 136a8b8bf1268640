import { expect, test } from 'vitest';
import { RetryBudget } from './retry-budget.js';

const rule = { attempts: 2, budgetPercent: 20, minPerSecond: 10 };

/** How many of these retries are allowed. */
function allowed(budget: RetryBudget, nowMs: number, retries: number, bounds = rule): number {
  let count = 0;
  for (let tried = 0; tried < retries; tried += 1) {
    if (!budget.hasRoom(nowMs, bounds)) continue;
    budget.countRetry(nowMs);
    count += 1;
  }
  return count;
}

function handshakes(budget: RetryBudget, nowMs: number, count: number): void {
  for (let counted = 0; counted < count; counted += 1) budget.countHandshake(nowMs);
}

test('ten retries a second are allowed without handshakes', () => {
  const budget = new RetryBudget();
  expect([0, 999, 1000, 2500].map((nowMs) => allowed(budget, nowMs, 100))).toEqual([10, 0, 10, 10]);
});

test('a fifth of the handshakes of ten seconds may be retried', () => {
  const budget = new RetryBudget();
  for (let second = 0; second < 10; second += 1) handshakes(budget, second * 1000, 200);
  expect(allowed(budget, 9500, 1000)).toBe(400);
  expect(allowed(budget, 10_500, 1000)).toBe(10);
});

test('while every handshake fails, a fifth more is sent', () => {
  const budget = new RetryBudget();
  let sent = 0;
  for (let second = 0; second < 60; second += 1) {
    handshakes(budget, second * 1000, 1000);
    sent += allowed(budget, second * 1000, 2000);
  }
  expect(sent).toBeLessThanOrEqual(60_000 * 0.2 + 10);
  expect(sent).toBeGreaterThan(60_000 * 0.19);
});

test('a rule of nothing allows nothing', () => {
  const budget = new RetryBudget();
  handshakes(budget, 0, 1000);
  expect(allowed(budget, 0, 10, { attempts: 2, budgetPercent: 0, minPerSecond: 0 })).toBe(0);
});
