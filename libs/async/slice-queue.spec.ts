import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { SliceQueue } from './slice-queue.js';

describe('SliceQueue', () => {
  let queue: SliceQueue;
  let done: number[];

  beforeEach(() => {
    vi.useFakeTimers();
    vi.spyOn(performance, 'now').mockImplementation(() => nowMs);
    queue = new SliceQueue();
    done = [];
  });

  afterEach(() => {
    expect(vi.getTimerCount()).toBe(0);
    vi.useRealTimers();
  });

  let nowMs = 0;
  const takeAWhile = (item: number): void => {
    done.push(item);
    nowMs += 0.25;
  };
  const numbers = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

  test('runs a short loop at once', () => {
    const onDone = vi.fn();
    queue.add([1, 2, 3], (item) => done.push(item), onDone);
    expect(done).toEqual([1, 2, 3]);
    expect(onDone).toHaveBeenCalledOnce();
  });

  test('yields to the event loop every millisecond of a long loop, and completes it', () => {
    const onDone = vi.fn();
    queue.add(numbers(99), takeAWhile, onDone);
    let turns = 0;
    while (vi.getTimerCount() > 0) {
      expect(done.length).toBeLessThan(99);
      const before = done.length;
      vi.runOnlyPendingTimers();
      expect(done.length - before).toBeLessThan(10);
      turns += 1;
    }
    expect(turns).toBeGreaterThan(20);
    expect(done).toEqual(numbers(99));
    expect(onDone).toHaveBeenCalledOnce();
  });

  test('runs loops one after the other, and a loop added during the work last', () => {
    queue.add([1, 2], (item) => {
      queue.add([item * 10], (added) => done.push(added));
      done.push(item);
    });
    vi.runAllTimers();
    expect(done).toEqual([1, 2, 10, 20]);
  });

  test('clear() drops the remaining work', () => {
    queue.add(numbers(100), takeAWhile);
    const before = done.length;
    queue.clear();
    vi.runAllTimers();
    expect(done).toHaveLength(before);
  });
});
