import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { untilServing } from './until-serving.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

function configuration() {
  const listeners = new Set<() => void>();
  return {
    position: null as { epoch: string; revision: number } | null,
    listeners,
    onApplied: (listener: () => void) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

it('there is one already', async () => {
  const given = { ...configuration(), position: { epoch: 'one', revision: 1 } };
  await untilServing(given, null);
  expect(given.listeners.size).toBe(0);
});

it.each([null, 10_000])('waits for the first one; at most %s ms', async (withinMs) => {
  const given = configuration();
  const over = untilServing(given, withinMs);
  for (const tell of given.listeners) tell();
  await over;
  expect(given.listeners.size).toBe(0);
});

it('waits no longer than it is told', async () => {
  const given = configuration();
  const over = vi.fn();
  void untilServing(given, 10_000).then(over);
  await vi.advanceTimersByTimeAsync(9999);
  expect(over).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1);
  expect(over).toHaveBeenCalledOnce();
  expect(given.listeners.size).toBe(0);
});
