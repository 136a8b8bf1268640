import { setTimeout as delay } from 'node:timers/promises';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, type Mock, test, vi } from 'vitest';
import { ConnectionRegistry } from '#libs/connections';
import { closesOf, liveConnection } from '../../../test/support/live-connection.js';
import { Drain } from './drain.js';

const closeTimeoutMs = 5000;

describe('Drain', () => {
  let registry: ConnectionRegistry;
  let pipeline: { startDraining: () => void; stopDraining: () => void; pending: number };
  let onChanged: () => void;
  let onProgress: Mock<() => void>;
  let logged: { msg: string; remaining: number }[];
  let drain: Drain;

  beforeEach(() => {
    vi.useFakeTimers();
    registry = new ConnectionRegistry();
    pipeline = { startDraining: vi.fn(), stopDraining: vi.fn(), pending: 0 };
    onChanged = vi.fn();
    onProgress = vi.fn();
    logged = [];
    const write = (line: string): void =>
      void logged.push(JSON.parse(line) as { msg: string; remaining: number });
    drain = new Drain({
      pipeline,
      registry,
      logger: pino({}, { write }),
      closeTimeoutMs,
      onChanged,
      onProgress,
    });
  });

  afterEach(() => {
    drain.stop();
    expect(vi.getTimerCount()).toBe(0);
    vi.useRealTimers();
  });

  /** Adds connections that end as soon as they are closed. */
  function connect(count: number): void {
    for (let index = 0; index < count; index += 1) {
      const connection = liveConnection();
      registry.add(connection);
      vi.mocked(connection.tunnel).close.mockImplementation(() => {
        registry.remove(connection);
        drain.onEnded();
      });
    }
  }

  test('refuses new requests at once, and closes live connections with 1001 over the period', async () => {
    const connection = liveConnection();
    registry.add(connection);
    connect(99);
    drain.begin(10_000);
    expect(pipeline.startDraining).toHaveBeenCalledOnce();
    expect(onChanged).toHaveBeenCalledOnce();
    await vi.advanceTimersByTimeAsync(5000);
    expect(registry.size).toBeGreaterThan(45);
    expect(registry.size).toBeLessThan(55);
    await vi.advanceTimersByTimeAsync(5100);
    expect(registry.size).toBe(1);
    expect(closesOf(connection)).toEqual([[1001, 'gateway draining']]);
  });

  test('a cancelled drain closes no more connections, and accepts requests again', async () => {
    connect(100);
    drain.begin(10_000);
    await vi.advanceTimersByTimeAsync(5000);
    const { size } = registry;
    const late = liveConnection();
    registry.add(late);
    drain.onJoined(late);
    expect(drain.cancel()).toBe(true);
    expect([pipeline.stopDraining, onChanged].map((mock) => vi.mocked(mock).mock.calls.length)).toEqual([
      1, 2,
    ]);
    expect([drain.isUnderWay, drain.progress, vi.getTimerCount()]).toEqual([false, null, 0]);
    await vi.advanceTimersByTimeAsync(20_000);
    expect([registry.size, closesOf(late)]).toEqual([size + 1, []]);
  });

  test('a drain after a cancelled one closes all connections over its own period', async () => {
    connect(100);
    drain.begin(10_000);
    drain.cancel();
    drain.begin(60_000);
    expect(drain.progress).toMatchObject({ periodMs: 60_000, total: registry.size + 1 });
    await vi.advanceTimersByTimeAsync(61_000);
    expect(registry.size).toBe(0);
  });

  test('a cancellation without a drain changes nothing', () => {
    expect(drain.cancel()).toBe(true);
    expect(pipeline.stopDraining).not.toHaveBeenCalled();
  });

  test.each(['stopWithin', 'retire'] as const)('a drain by %s cannot be cancelled', async (begin) => {
    connect(10);
    drain.begin(60_000);
    drain[begin](1000);
    expect([drain.cancel(), drain.isUnderWay]).toEqual([false, true]);
    await vi.advanceTimersByTimeAsync(1100);
    expect(registry.size).toBe(0);
  });

  test('reports its progress', async () => {
    // The last connection is closed half a share before the end of the period, so before the last report.
    const random = vi.spyOn(Math, 'random').mockReturnValue(0.5);
    expect(drain.progress).toBeNull();
    connect(100);
    const startedAt = new Date().toISOString();
    drain.begin(10_000);
    expect(drain.progress).toEqual({ startedAt, periodMs: 10_000, total: 100, remaining: 99 });
    await vi.advanceTimersByTimeAsync(20_000);
    expect(drain.progress).toEqual({ startedAt, periodMs: 10_000, total: 100, remaining: 0 });
    expect(logged.map(({ msg }) => msg)).toEqual(['draining', 'still draining', 'drained']);
    expect(logged[1]?.remaining).toBeGreaterThan(40);
    expect(onProgress.mock.calls.length).toBeGreaterThanOrEqual(10);
    expect(onProgress.mock.calls.length).toBeLessThanOrEqual(11);
    random.mockRestore();
  });

  test('is over as soon as no connection is left', async () => {
    connect(2);
    drain.begin(10_000);
    const over = drain.whenOver();
    let isOver = false;
    void over.then(() => (isOver = true));
    await vi.advanceTimersByTimeAsync(1000);
    expect(isOver).toBe(false);
    for (const { tunnel } of [...registry.all()]) tunnel.close(1000, '');
    await over;
  });

  test('is over at once without connections', async () => {
    drain.begin(3_600_000);
    await drain.whenOver();
    expect(onProgress).toHaveBeenCalledOnce();
    expect(vi.getTimerCount()).toBe(0);
  });

  test('stops waiting for unresponsive peers after the close timeout', async () => {
    registry.add(liveConnection());
    drain.begin(1000);
    const over = drain.whenOver();
    await vi.advanceTimersByTimeAsync(1000 + closeTimeoutMs + 50);
    await over;
  });

  describe('a second drain', () => {
    test('with an earlier end replaces the first, also for pending whenOver() calls', async () => {
      connect(100);
      const startedAt = new Date().toISOString();
      drain.begin(100_000);
      const over = drain.whenOver();
      await vi.advanceTimersByTimeAsync(10_000);
      expect(registry.size).toBeGreaterThan(80);
      drain.begin(2000);
      expect(drain.progress).toMatchObject({ startedAt, periodMs: 12_000, total: 100 });
      await vi.advanceTimersByTimeAsync(1000);
      expect(registry.size).toBeGreaterThan(30);
      await vi.advanceTimersByTimeAsync(1100);
      await over;
      expect(registry.size).toBe(0);
      expect(pipeline.startDraining).toHaveBeenCalledOnce();
      expect(onChanged).toHaveBeenCalledOnce();
    });

    test('with a later end is ignored', async () => {
      connect(100);
      drain.begin(1000);
      drain.begin(100_000);
      await vi.advanceTimersByTimeAsync(1100);
      expect(registry.size).toBe(0);
      expect(drain.progress?.periodMs).toBe(1000);
    });

    test('closes every connection exactly once', async () => {
      const connections = Array.from({ length: 50 }, () => liveConnection());
      for (const connection of connections) registry.add(connection);
      drain.begin(10_000);
      await vi.advanceTimersByTimeAsync(5000);
      drain.begin(1000);
      await vi.advanceTimersByTimeAsync(1100);
      for (const connection of connections) expect(closesOf(connection)).toHaveLength(1);
    });
  });

  test('a retiring gateway refuses no request, and closes new connections within the same period', async () => {
    connect(2);
    drain.retire(10_000);
    expect(pipeline.startDraining).not.toHaveBeenCalled();
    expect(drain.isUnderWay).toBe(true);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(registry.size).toBe(0);
    const late = liveConnection();
    registry.add(late);
    drain.onJoined(late);
    await vi.advanceTimersByTimeAsync(1);
    expect(closesOf(late)).toEqual([[1001, 'gateway draining']]);
  });

  test('a connection that joins a retiring gateway is closed in time, also when a shorter drain follows', async () => {
    drain.retire(100_000);
    const late = [liveConnection(), liveConnection(), liveConnection()];
    for (const connection of late) {
      registry.add(connection);
      drain.onJoined(connection);
    }
    drain.begin(1000);
    expect(pipeline.startDraining).toHaveBeenCalledOnce();
    await vi.advanceTimersByTimeAsync(1100);
    for (const connection of late) expect(closesOf(connection)).toEqual([[1001, 'gateway draining']]);
  });

  test('a retiring gateway waits for accepted sockets without a request, up to the time they have for it', async () => {
    let awaited = 1;
    drain.retire(1000);
    const over = drain.whenOver(() => awaited, 10_000).then(() => 'over');
    await vi.advanceTimersByTimeAsync(14_000);
    // The timers of node:timers/promises are not faked, so several checks pass meanwhile.
    expect(await Promise.race([over, delay(100, 'waiting')])).toBe('waiting');
    awaited = 0;
    expect(await over).toBe('over');
    awaited = 1;
    const overdue = drain.whenOver(() => awaited, 10_000).then(() => 'over');
    await vi.advanceTimersByTimeAsync(10_000 + closeTimeoutMs);
    expect(await overdue).toBe('over');
  });
});
