import { expect, it } from 'vitest';
import { Turnstile } from './turnstile.js';

it('so many run at once and no more, the others in their order, and one that fails makes room too', async () => {
  const turnstile = new Turnstile(2);
  const begun: number[] = [];
  const ends: ((isGood: boolean) => void)[] = [];
  const start = (index: number): Promise<number> =>
    turnstile.run(() => {
      begun.push(index);
      return new Promise<number>((resolve, reject) => {
        ends[index] = (isGood) => (isGood ? resolve(index) : reject(new Error('on purpose')));
      });
    });
  const results = [0, 1, 2].map(start);
  expect(begun).toEqual([0, 1]);
  ends[1]?.(false);
  await expect(results[1]).rejects.toThrow('on purpose');
  expect(begun).toEqual([0, 1, 2]);
  results.push(start(3));
  expect(begun).toEqual([0, 1, 2]);
  ends[2]?.(true);
  expect(await results[2]).toBe(2);
  ends[0]?.(true);
  ends[3]?.(true);
  expect(await Promise.all([results[0], results[3]])).toEqual([0, 3]);
  expect(await turnstile.run(() => Promise.resolve('free'))).toBe('free');
});
