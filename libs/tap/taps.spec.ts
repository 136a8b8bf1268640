import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { FleetEvent } from '#libs/fleet';
import type { FrameObserver } from '#libs/tunnel';
import { showFrame } from '../../test/support/frames-on-the-wire.js';
import { liveConnection } from '../../test/support/live-connection.js';
import { Taps } from './index.js';

const frame = { from: 'upstream', opcode: 1, isFinal: true, isReserved1: false } as const;
const request = { tapId: 'tap', payloadBytes: 100, leaseMs: 15_000 };

let published: FleetEvent[];
let taps: Taps;

beforeEach(() => {
  vi.useFakeTimers();
  published = [];
  taps = new Taps((event) => published.push(event));
});

afterEach(() => {
  taps.stop();
  expect(taps.size).toBe(0);
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

/** A connection whose frames the test relays to `observers`. */
function observable(): { connection: ReturnType<typeof liveConnection>; observers: Set<FrameObserver> } {
  const connection = liveConnection();
  const observers = new Set<FrameObserver>();
  vi.mocked(connection.tunnel).observe.mockImplementation((observer) => {
    observers.add(observer);
    return () => observers.delete(observer);
  });
  return { connection, observers };
}

function relay(observers: Iterable<FrameObserver>, count = 1): void {
  for (let sent = 0; sent < count; sent += 1) {
    for (const observer of observers) showFrame(observer, { ...frame, payload: Buffer.from('hi') }, []);
  }
}

function publishedFrames(): number[] {
  return published.flatMap((event) => (event.type === 'tapFrames' ? [event.frames.length] : []));
}

describe('a tap', () => {
  test('frames are published in batches, and an idle tap has only the timer of its lease', () => {
    const { connection, observers } = observable();
    expect(taps.tap(connection, request)).toBe(true);
    relay(observers, 3);
    expect(published).toEqual([]);
    vi.advanceTimersByTime(100);
    relay(observers);
    vi.advanceTimersByTime(100);
    expect(publishedFrames()).toEqual([3, 1]);
    expect(vi.getTimerCount()).toBe(1);
  });

  test('a batch has the number of omitted frames', () => {
    const { connection, observers } = observable();
    taps.tap(connection, request);
    relay(observers, 1000);
    vi.advanceTimersByTime(100);
    expect(published).toMatchObject([{ type: 'tapFrames', tapId: 'tap', omitted: 800 }]);
    expect(publishedFrames()).toEqual([200]);
  });

  test('a tap continues while its lease is renewed, and then ends without an event', () => {
    const { connection, observers } = observable();
    for (let renewed = 0; renewed < 5; renewed += 1) {
      expect(taps.tap(connection, request)).toBe(true);
      vi.advanceTimersByTime(14_000);
      expect(observers.size).toBe(1);
    }
    vi.advanceTimersByTime(1000);
    expect(observers.size).toBe(0);
    expect([taps.size, published]).toEqual([0, []]);
  });

  test('an ended tap publishes its remaining frames first', () => {
    const { connection, observers } = observable();
    taps.tap(connection, request);
    const [observer] = observers;
    relay(observers);
    taps.end('tap');
    taps.end('tap');
    expect(observers.size).toBe(0);
    // A frame in progress when the tap ended.
    if (observer) relay([observer]);
    vi.advanceTimersByTime(100);
    expect(publishedFrames()).toEqual([1]);
  });

  test('a tap ends with its connection, and publishes that after its remaining frames', () => {
    const { connection, observers } = observable();
    taps.tap(connection, request);
    taps.tap(connection, { ...request, tapId: 'second' });
    taps.tap(liveConnection(), { ...request, tapId: 'other' });
    relay(observers);
    taps.connectionEnded(connection.id);
    expect(published.map((event) => [event.type, 'tapId' in event && event.tapId])).toEqual([
      ['tapFrames', 'tap'],
      ['tapEnded', 'tap'],
      ['tapFrames', 'second'],
      ['tapEnded', 'second'],
    ]);
    expect(taps.size).toBe(1);
  });

  test('a tap whose id is used for another connection is replaced', () => {
    const [first, second] = [observable(), observable()];
    taps.tap(first.connection, request);
    taps.tap(second.connection, request);
    expect([first.observers.size, second.observers.size, taps.size]).toEqual([0, 1, 1]);
  });
});

test('a gateway has at most 16 taps, and running taps continue', () => {
  const { connection } = observable();
  for (let index = 0; index < 16; index += 1) {
    expect(taps.tap(connection, { ...request, tapId: `tap-${index}` })).toBe(true);
  }
  expect(taps.tap(connection, request)).toBe(false);
  expect(taps.tap(connection, { ...request, tapId: 'tap-3' })).toBe(true);
  taps.end('tap-3');
  expect(taps.tap(connection, request)).toBe(true);
});
