import { expect, test } from 'vitest';
import { ConcurrencyLimit } from './concurrency-limit.js';

test('tasks above the limit wait in order, and a failed task makes room too', async () => {
  const limit = new ConcurrencyLimit(2);
  const started: number[] = [];
  const finish: ((isGood: boolean) => void)[] = [];
  const start = (index: number): Promise<number> =>
    limit.run(() => {
      started.push(index);
      return new Promise<number>((resolve, reject) => {
        finish[index] = (isGood) => (isGood ? resolve(index) : reject(new Error('on purpose')));
      });
    });
  const results = [0, 1, 2].map(start);
  expect(started).toEqual([0, 1]);
  finish[1]?.(false);
  await expect(results[1]).rejects.toThrow('on purpose');
  expect(started).toEqual([0, 1, 2]);
  results.push(start(3));
  expect(started).toEqual([0, 1, 2]);
  finish[2]?.(true);
  expect(await results[2]).toBe(2);
  finish[0]?.(true);
  finish[3]?.(true);
  expect(await Promise.all([results[0], results[3]])).toEqual([0, 3]);
  expect(await limit.run(() => Promise.resolve('free'))).toBe('free');
});
