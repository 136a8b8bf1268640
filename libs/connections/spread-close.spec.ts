import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { closesOf, liveConnection } from '../../test/support/live-connection.js';
import { spreadClose, type LiveConnection } from './index.js';

const close = { code: 1001, reason: 'gateway draining', periodMs: 10_000 };

describe('spreadClose', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });

  afterEach(() => {
    expect(vi.getTimerCount()).toBe(0);
    vi.useRealTimers();
  });

  test('the same share is closed in each part of the period, in random order', async () => {
    const connections = many(1000);
    const order: string[] = [];
    for (const { id, tunnel } of connections)
      vi.mocked(tunnel).close.mockImplementation(() => order.push(id));
    const spread = spreadClose(connections, close);
    for (let tenth = 1; tenth <= 10; tenth += 1) {
      vi.advanceTimersByTime(1000);
      expect(Math.abs(order.length - tenth * 100)).toBeLessThanOrEqual(3);
    }
    vi.advanceTimersByTime(100);
    await spread.done;
    expect(order).toHaveLength(1000);
    expect(order).not.toEqual(connections.map(({ id }) => id));
  });

  test('the first connection is closed at once, and the others at random moments', () => {
    const secondCloses = Array.from({ length: 20 }, () => {
      const connections = many(2);
      const startedAtMs = Date.now();
      const spread = spreadClose(connections, close);
      expect(closedCount(connections)).toBe(1);
      vi.advanceTimersToNextTimer();
      expect(closedCount(connections)).toBe(2);
      spread.stop();
      return Date.now() - startedAtMs;
    });
    expect(Math.min(...secondCloses)).toBeGreaterThanOrEqual(5000);
    expect(Math.max(...secondCloses)).toBeLessThanOrEqual(10_000);
    expect(new Set(secondCloses).size).toBeGreaterThan(5);
  });

  test('without a period, all connections are closed at once', async () => {
    const connections = many(50);
    await spreadClose(connections, { ...close, periodMs: 0 }).done;
    expect(closedCount(connections)).toBe(50);
    expect(closesOf(connections[0] ?? liveConnection())).toEqual([[1001, 'gateway draining']]);
  });

  test('stop() keeps the remaining connections open and returns them', async () => {
    const connections = many(10);
    const spread = spreadClose(connections, close);
    vi.advanceTimersByTime(5000);
    const rest = spread.stop();
    vi.advanceTimersByTime(20_000);
    await spread.done;
    expect(closedCount(rest)).toBe(0);
    expect(closedCount(connections)).toBe(10 - rest.length);
    expect(spread.stop()).toEqual([]);
  });

  test('keeping some connections open does not change the times of the others', () => {
    const connections = many(1000);
    const spread = spreadClose(connections, close);
    vi.advanceTimersByTime(2000);
    const open = connections.filter((connection) => closesOf(connection).length === 0);
    const kept = open.filter((_connection, index) => index % 2 === 0);
    for (const connection of [...kept, ...kept, ...connections.filter((each) => !open.includes(each))]) {
      spread.keep(connection);
    }
    vi.advanceTimersByTime(4000);
    expect(Math.abs(closedCount(open) - 200)).toBeLessThan(60);
    vi.advanceTimersByTime(4100);
    expect(closedCount(kept)).toBe(0);
    expect(closedCount(open)).toBe(open.length - kept.length);
  });

  test('the spread is done once all remaining connections are kept open', async () => {
    const connections = many(10);
    const spread = spreadClose(connections, close);
    for (const connection of connections) spread.keep(connection);
    await spread.done;
    expect(closedCount(connections)).toBe(1);
    expect(spread.stop()).toEqual([]);
  });

  test('the spread of no connections is done at once', async () => {
    await spreadClose([], close).done;
  });
});

function many(count: number): LiveConnection[] {
  return Array.from({ length: count }, () => liveConnection());
}

function closedCount(connections: readonly LiveConnection[]): number {
  return connections.filter((connection) => closesOf(connection).length > 0).length;
}
