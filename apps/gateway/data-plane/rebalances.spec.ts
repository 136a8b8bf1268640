import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ConnectionRegistry, type LiveConnection } from '#libs/connections';
import { upstreamId } from '#libs/contract';
import { closesOf, liveConnection, recordingTunnel } from '../../../test/support/live-connection.js';
import { Rebalances } from './rebalances.js';

const evened: [routeId: string, periodMs: number][] = [];
let registry: ConnectionRegistry;
let rebalances: Rebalances;
let first: LiveConnection;

beforeEach(() => {
  vi.useFakeTimers();
  evened.length = 0;
  registry = new ConnectionRegistry();
  const evenOut = (routeId: string, periodMs: number): void => {
    evened.push([routeId, periodMs]);
  };
  const upstreams = { evenOut };
  rebalances = new Rebalances({ registry, upstreams });
  first = liveConnection();
  add(first);
});

afterEach(() => {
  rebalances.stopAll();
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

function connect(count: number, upstreamUrl = first.upstreamUrl): LiveConnection[] {
  return Array.from({ length: count }, (_, index) => {
    const id = `con_${upstreamUrl} ${index}`;
    const connection = liveConnection({ ...first, id, upstreamUrl, tunnel: recordingTunnel() });
    add(connection);
    return connection;
  });
}

/** Adds a connection that ends as soon as it is closed. */
function add(connection: LiveConnection): void {
  registry.add(connection);
  vi.mocked(connection.tunnel).close.mockImplementation(() => registry.remove(connection));
}

function start(count: number): void {
  const closes = [{ upstreamId: upstreamId(first.upstreamUrl), count }];
  rebalances.start({ routeId: first.route.id, closes, periodMs: 10_000 });
}

test('connections are counted by upstream, even if its URL was spelled differently', () => {
  connect(2, 'ws://UPSTREAM.test/');
  connect(4, 'ws://other.test');
  const counts = rebalances.counts(first.route.id).map(({ connections }) => connections);
  expect(counts.toSorted()).toEqual([3, 4]);
});

test('so many connections of the upstream are closed over the period, and none that joined after its start', () => {
  const connections = connect(20);
  const others = connect(5, 'ws://other.test');
  start(10);
  expect(evened).toEqual([[first.route.id, 40_000]]);
  const late = connect(1, 'ws://Upstream.test');
  vi.advanceTimersByTime(5000);
  expect(rebalances.progress(first.route.id)).toMatchObject({ isRunning: true, total: 10 });
  vi.advanceTimersByTime(6000);
  const closed = [first, ...connections].filter((connection) => closesOf(connection).length > 0);
  expect(closed).toHaveLength(10);
  for (const connection of closed) expect(closesOf(connection)).toEqual([[1012, 'rebalanced']]);
  expect([...others, ...late].flatMap(closesOf)).toEqual([]);
});

test('one that is stopped keeps the rest open, and balances as before', () => {
  const connections = connect(20);
  start(20);
  expect(rebalances.stop(first.route.id)).toMatchObject({ isRunning: false, total: 1, remaining: 0 });
  vi.advanceTimersByTime(20_000);
  expect(connections.flatMap(closesOf).length).toBeLessThanOrEqual(1);
  expect(evened.at(-1)).toEqual([first.route.id, 0]);
});

test('a route that was never rebalanced has no progress, and can be stopped', () => {
  const none = { isRunning: false, startedAt: null, total: 0, remaining: 0 };
  expect(rebalances.progress(first.route.id)).toEqual(none);
  expect(rebalances.stop(first.route.id)).toEqual(none);
});
