import { expect, test, vi } from 'vitest';
import { longWait } from '../../test/support/long-wait.js';
import { TimingWheel } from './timing-wheel.js';
import { TokenBucket } from './token-bucket.js';
import { TrafficLane, type LaneWaiter } from './traffic-lane.js';

test('a bucket starts with the tokens of one second, fills at its rate, and never holds more than that', () => {
  const bucket = new TokenBucket(new Float64Array(3), 0);
  expect([bucket.isLimited, bucket.available(0)]).toEqual([false, Infinity]);
  bucket.setRate(100, 0);
  expect(bucket.available(0)).toBe(100);
  bucket.take(100);
  expect(bucket.available(0)).toBe(0);
  expect(bucket.available(255)).toBe(25);
  expect(bucket.available(60_000)).toBe(100);
});

test('a lane without rates lets everything pass', () => {
  const lane = new TrafficLane(new TimingWheel());
  expect([lane.isLimited, lane.allowedMessages(), lane.allowedBytes()]).toEqual([false, Infinity, Infinity]);
});

test('waiters are served in turn, and a newcomer does not overtake them', async () => {
  const wheel = new TimingWheel();
  const lane = new TrafficLane(wheel);
  lane.setRates({ messagesPerSecond: 20, bytesPerSecond: null });
  lane.take(lane.allowedMessages(), 0);
  const served: string[] = [];
  const waiterNamed = (name: string): LaneWaiter => {
    const waiter = {
      onAllowance: () => {
        lane.take(1, 0);
        served.push(name);
        if (served.length < 9) lane.wait(waiter);
      },
    };
    return waiter;
  };
  for (const name of ['a', 'b', 'c']) lane.wait(waiterNamed(name));
  await vi.waitFor(() => expect(served.length).toBeGreaterThan(0), longWait);
  expect(lane.allowedMessages()).toBe(0);
  await vi.waitFor(() => expect(served.length).toBeGreaterThanOrEqual(9), longWait);
  expect(served.slice(0, 9)).toEqual(['a', 'b', 'c', 'a', 'b', 'c', 'a', 'b', 'c']);
});

test('a newcomer does not overtake connections of the native engine that wait in the same lane', () => {
  const lane = new TrafficLane(new TimingWheel());
  lane.setRates({ messagesPerSecond: 5, bytesPerSecond: 7 });
  lane.memory[8] = 1;
  expect([lane.allowedMessages(), lane.allowedBytes()]).toEqual([0, 0]);
  lane.memory[8] = 0;
  expect([lane.allowedMessages(), lane.allowedBytes()]).toEqual([5, 7]);
});

test('the memory of a lane holds its counters, its buckets and the length of its line where the native engine reads them', () => {
  const lane = new TrafficLane(new TimingWheel());
  expect([...lane.memory.subarray(0, 10)]).toEqual([0, 0, NaN, 0, 0, NaN, 0, 0, 0, 0]);
  lane.setRates({ messagesPerSecond: 5, bytesPerSecond: 70 });
  lane.count(2, 30);
  lane.take(1, 10);
  const waiter = { onAllowance: (): void => undefined };
  lane.wait(waiter);
  const atMs: unknown = expect.any(Number);
  expect([...lane.memory.subarray(0, 10)]).toEqual([2, 30, 5, 4, atMs, 70, 60, atMs, 0, 1]);
  lane.leave(waiter);
  expect(lane.memory[9]).toBe(0);
});

test('waiters continue when the rate is removed', async () => {
  const lane = new TrafficLane(new TimingWheel());
  lane.setRates({ messagesPerSecond: 1, bytesPerSecond: null });
  lane.take(1, 0);
  const served = new Promise<void>((resolve) => lane.wait({ onAllowance: resolve }));
  lane.setRates({ messagesPerSecond: null, bytesPerSecond: null });
  await served;
});
