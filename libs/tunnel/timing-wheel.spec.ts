import { expect, test } from 'vitest';
import { activeTimers } from '../../test/support/active-timers.js';
import { TimingWheel } from './timing-wheel.js';

test('a timer calls back once and never early', async () => {
  const wheel = new TimingWheel();
  const startedAtMs = performance.now();
  let calls = 0;
  const elapsedMs = await new Promise<number>((resolve) => {
    const timer = wheel.createTimer(() => {
      calls += 1;
      resolve(performance.now() - startedAtMs);
    });
    timer.start(60);
  });
  expect(elapsedMs).toBeGreaterThanOrEqual(60);
  await after(wheel, 100);
  expect(calls).toBe(1);
});

test('timers call back in the order of their due times, even if these are more than one turn apart', async () => {
  const wheel = new TimingWheel();
  const called: number[] = [];
  for (const delayMs of [150, 50, 100]) wheel.createTimer(() => called.push(delayMs)).start(delayMs);
  const far = wheel.createTimer(() => called.push(Infinity));
  // This timer uses the same slot as the timer of 100 ms, one whole turn later.
  far.start(100 + 512 * 25);
  await after(wheel, 200);
  expect(called).toEqual([50, 100, 150]);
  far.stop();
});

test('a restarted timer counts from its restart, and a stopped timer does not call back', async () => {
  const wheel = new TimingWheel();
  const called: string[] = [];
  const moved = wheel.createTimer(() => called.push('moved'));
  const stopped = wheel.createTimer(() => called.push('stopped'));
  moved.start(30);
  stopped.start(30);
  wheel.createTimer(() => called.push('between')).start(60);
  moved.start(120);
  stopped.stop();
  stopped.stop();
  await after(wheel, 200);
  expect(called).toEqual(['between', 'moved']);
});

test('a timer that another timer stops or postpones in the same tick does not call back in that tick', async () => {
  const wheel = new TimingWheel();
  const called: string[] = [];
  const first = wheel.createTimer(() => act('first', second));
  const second = wheel.createTimer(() => act('second', first));
  const act = (name: string, other: typeof first): void => {
    called.push(name);
    other.stop();
  };
  first.start(40);
  second.start(40);
  await after(wheel, 120);
  expect(called).toHaveLength(1);
});

test('ten thousand timers use one interval, which is cleared with the last timer', () => {
  const before = activeTimers();
  const wheel = new TimingWheel();
  const timers = Array.from({ length: 10_000 }, () => wheel.createTimer(() => undefined));
  for (const [index, timer] of timers.entries()) timer.start(1000 + index);
  expect(activeTimers()).toBe(before + 1);
  for (const timer of timers) timer.stop();
  expect(activeTimers()).toBe(before);
});

function after(wheel: TimingWheel, delayMs: number): Promise<void> {
  return new Promise((resolve) => wheel.createTimer(resolve).start(delayMs));
}
