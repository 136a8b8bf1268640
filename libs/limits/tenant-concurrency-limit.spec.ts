import { expect, test } from 'vitest';
import { TenantConcurrencyLimit } from './tenant-concurrency-limit.js';

test('a tenant whose tasks never end delays no other tenant', async () => {
  const limit = new TenantConcurrencyLimit(2);
  let started = 0;
  const ends: (() => void)[] = [];
  const endless = Array.from({ length: 5 }, () =>
    limit.run('a', () => {
      started += 1;
      return new Promise<void>((resolve) => ends.push(resolve));
    }),
  );
  expect(await limit.run('b', () => Promise.resolve('done'))).toBe('done');
  expect(started).toBe(2);
  ends[0]?.();
  await endless[0];
  await expect.poll(() => started).toBe(3);
  for (let ended = 1; ended < 5; ended += 1) {
    await expect.poll(() => ends.length).toBeGreaterThan(ended);
    ends[ended]?.();
  }
  await Promise.all(endless);
});

test('a failed task makes room for the next task of its tenant', async () => {
  const limit = new TenantConcurrencyLimit(1);
  const failed = limit.run('a', () => Promise.reject(new Error('on purpose')));
  const next = limit.run('a', () => Promise.resolve('done'));
  await expect(failed).rejects.toThrow('on purpose');
  expect(await next).toBe('done');
});

test('a tenant stays within its limit while some of its tasks end and others start', async () => {
  const limit = new TenantConcurrencyLimit(1);
  const ends: (() => void)[] = [];
  const start = (): Promise<void> => limit.run('a', () => new Promise<void>((resolve) => ends.push(resolve)));
  const first = start();
  const second = start();
  ends[0]?.();
  await first;
  await expect.poll(() => ends.length).toBe(2);
  const third = start();
  expect(ends).toHaveLength(2);
  ends[1]?.();
  await second;
  await expect.poll(() => ends.length).toBe(3);
  ends[2]?.();
  await third;
});
