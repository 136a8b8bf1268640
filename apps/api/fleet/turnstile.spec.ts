import { expect, it } from 'vitest';
import { Turnstile } from './turnstile.js';

it('so many run at once, the others in their order, and one that fails makes room too', async () => {
  const turnstile = new Turnstile(2);
  const begun: number[] = [];
  const ends = new Map<number, (isGood: boolean) => void>();
  const results = [0, 1, 2, 3].map((index) =>
    turnstile.run(() => {
      begun.push(index);
      return new Promise<number>((resolve, reject) => {
        ends.set(index, (isGood) => (isGood ? resolve(index) : reject(new Error('on purpose'))));
      });
    }),
  );
  expect(begun).toEqual([0, 1]);
  ends.get(1)?.(false);
  await expect(results[1]).rejects.toThrow('on purpose');
  expect(begun).toEqual([0, 1, 2]);
  ends.get(2)?.(true);
  expect(await results[2]).toBe(2);
  ends.get(0)?.(true);
  ends.get(3)?.(true);
  expect(await Promise.all([results[0], results[3]])).toEqual([0, 3]);
  expect(await turnstile.run(() => Promise.resolve('free'))).toBe('free');
});
