import { expect, test } from 'vitest';
import { OutlierEjection, type EjectionBounds } from './outlier-ejection.js';

const bounds: EjectionBounds = {
  consecutiveFailures: 3,
  shortLivedMs: null,
  baseMs: 30_000,
  maxMs: 300_000,
};
const shortLived = { ...bounds, shortLivedMs: 1000 };

function failures(upstream: OutlierEjection, nowMs: number, count: number, which = bounds): boolean[] {
  return Array.from({ length: count }, () => upstream.failed(nowMs, which));
}

test('an upstream is ejected after the given number of consecutive failures', () => {
  const upstream = new OutlierEjection();
  expect(failures(upstream, 0, 2)).toEqual([false, false]);
  upstream.joined(0, bounds);
  expect(failures(upstream, 0, 3)).toEqual([false, false, true]);
});

test('the n-th ejection lasts n times as long, up to the maximum', () => {
  const upstream = new OutlierEjection();
  const lengths: number[] = [];
  let nowMs = 0;
  for (let count = 0; count < 12; count += 1) {
    upstream.eject(nowMs, bounds);
    lengths.push(upstream.ejectedUntilMs - nowMs);
    nowMs = upstream.ejectedUntilMs + 1000;
  }
  expect(lengths).toEqual([30, 60, 90, 120, 150, 180, 210, 240, 270, 300, 300, 300].map((s) => s * 1000));
});

test('after maxMs without an ejection, the duration starts again at baseMs', () => {
  const upstream = new OutlierEjection();
  upstream.eject(0, bounds);
  upstream.eject(upstream.ejectedUntilMs + 1, bounds);
  const nowMs = upstream.ejectedUntilMs + 300_000;
  upstream.eject(nowMs, bounds);
  expect(upstream.ejectedUntilMs).toBe(nowMs + 30_000);
});

test('an ejected upstream is back when its time is over, and counts no failures meanwhile', () => {
  const upstream = new OutlierEjection();
  upstream.eject(0, bounds);
  expect(upstream.isEjected(29_999)).toBe(true);
  expect(failures(upstream, 10, 10)).not.toContain(true);
  expect(upstream.isEjected(30_000)).toBe(false);
  expect(failures(upstream, 30_000, 3)).toEqual([false, false, true]);
});

test('consecutive short-lived connections are failures, although each of them was joined', () => {
  const upstream = new OutlierEjection();
  const ends = [100, 200, 300].map((nowMs) => {
    upstream.joined(nowMs - 50, shortLived);
    return upstream.failed(nowMs, shortLived);
  });
  expect(ends).toEqual([false, false, true]);
});

test('a long-lived connection resets the count of short-lived ones', () => {
  const upstream = new OutlierEjection();
  failures(upstream, 0, 2, shortLived);
  upstream.joined(10, shortLived);
  upstream.joined(2000, shortLived);
  expect(failures(upstream, 2010, 3, shortLived)).toEqual([false, false, true]);
});

test('a removed rule leaves no ejection and no count', () => {
  const upstream = new OutlierEjection();
  failures(upstream, 0, 2);
  upstream.eject(0, bounds);
  upstream.forget();
  expect(upstream.isEjected(1)).toBe(false);
  expect(failures(upstream, 1, 2)).toEqual([false, false]);
});
