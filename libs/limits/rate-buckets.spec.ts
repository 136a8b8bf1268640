import { expect, test } from 'vitest';
import { RateBuckets } from './rate-buckets.js';

test('the wait for a token is the time until the rate has refilled one', () => {
  const rates = new RateBuckets();
  expect(rates.waitMs('a', 4, 0)).toBe(0);
  for (let taken = 0; taken < 4; taken += 1) rates.take('a', 4, 0);
  expect(rates.waitMs('a', 4, 0)).toBe(250);
  expect(rates.waitMs('a', 4, 100)).toBe(150);
  expect(rates.waitMs('a', 4, 250)).toBe(0);
  expect(rates.waitMs('b', 4, 0)).toBe(0);
});
