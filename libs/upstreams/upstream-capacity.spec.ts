import { describe, expect, test, vi } from 'vitest';
import { LightAbort } from '#libs/async';
import { newId, type PublishedRoute } from '#libs/contract';
import { activeTimers } from '../../test/support/active-timers.js';
import { anyRequest, namesOf, routeTo, unprobedPools } from '../../test/support/upstream-pools.js';
import type { UpstreamPools } from './upstream-pools.js';
import type { UpstreamState } from './upstream-state.js';
import type { UpstreamTurn } from './upstream-turn.js';

const id = newId('route');
const [a, b] = [
  { url: 'ws://a.test', maxConnections: 1 },
  { url: 'ws://b.test', maxConnections: 1 },
];

function route(upstreams: readonly object[], others: object = {}): PublishedRoute {
  return routeTo(upstreams, { id, ...others });
}

/** A request that dials the first of its upstreams. */
function dialing(pools: UpstreamPools, limited: PublishedRoute): UpstreamTurn {
  const turn = pools.take(limited, anyRequest);
  turn.dial(0);
  return turn;
}

function joined(pools: UpstreamPools, limited: PublishedRoute): UpstreamState | null {
  return dialing(pools, limited).join();
}

/** A request that waits, the functions that end its wait, and its outcome. */
function waiting(pools: UpstreamPools, limited: PublishedRoute): Waiting {
  const turn = pools.take(limited, anyRequest);
  const client = new LightAbort();
  const waited: Waiting = { turn, client, outcome: null, ended: turn.waitForPlace(client) };
  void waited.ended.then((outcome) => (waited.outcome = outcome));
  return waited;
}

interface Waiting {
  turn: UpstreamTurn;
  client: LightAbort;
  outcome: string | null;
  ended: Promise<string>;
}

describe('an upstream with maxConnections', () => {
  test('counts live connections and handshakes in progress, and is skipped when it is full', () => {
    const pools = unprobedPools();
    const limited = route([a, { ...b, maxConnections: 2 }]);
    const turns = [dialing(pools, limited), dialing(pools, limited), dialing(pools, limited)];
    expect(turns.map(namesOf)).toEqual(['ab', 'b', 'b']);
    turns[0]?.join();
    expect(pools.take(limited, anyRequest)).toMatchObject({ isFull: true, candidates: [] });
  });

  test('leaves the others their even shares when it is full', () => {
    const pools = unprobedPools();
    const limited = route([a, { url: 'ws://b.test' }, { url: 'ws://c.test' }]);
    joined(pools, limited);
    const picks = Array.from({ length: 8 }, () => namesOf(dialing(pools, limited)).charAt(0));
    expect(picks.join('')).toMatch(/^(bc){4}$|^(cb){4}$/);
  });

  test.each(['leastConnections', 'powerOfTwo', 'consistentHash'])(
    'is skipped by %s when it is full',
    (balancing) => {
      const pools = unprobedPools();
      const hashKey = balancing === 'consistentHash' ? { from: 'clientAddress' } : null;
      const limited = route([a, b], { balancing, hashKey });
      const picks = [dialing(pools, limited), dialing(pools, limited)].map((turn) => namesOf(turn).charAt(0));
      expect(picks.sort()).toEqual(['a', 'b']);
      expect(pools.take(limited, anyRequest).isFull).toBe(true);
    },
  );

  test('is followed by backups when all primaries are full', () => {
    const pools = unprobedPools();
    const limited = route([a, { ...b, backup: true }]);
    expect([dialing(pools, limited), dialing(pools, limited)].map(namesOf)).toEqual(['ab', 'b']);
    expect(pools.take(limited, anyRequest).isFull).toBe(true);
  });

  test('is not retried when it has become full', () => {
    const pools = unprobedPools();
    const limited = route([{ url: 'ws://a.test' }, b]);
    const turn = dialing(pools, limited);
    expect([turn.hasNext(0), turn.canDial(1)]).toEqual([true, true]);
    joined(pools, limited);
    expect([turn.hasNext(0), turn.canDial(1)]).toEqual([false, false]);
  });
});

test('an upstream with maxPending takes another request as soon as one is joined', () => {
  const pools = unprobedPools();
  const limited = route([{ url: 'ws://a.test', maxPending: 1 }]);
  const turn = dialing(pools, limited);
  expect(pools.take(limited, anyRequest).isFull).toBe(true);
  turn.join();
  expect(pools.take(limited, anyRequest).isFull).toBe(false);
});

test('an unavailable upstream does not count as full', () => {
  expect(unprobedPools().take(route([{ ...a, state: 'drain' }]), anyRequest).isFull).toBe(false);
});

describe('a request that finds every upstream full', () => {
  test('gets the next free place in order of arrival, before any new request', async () => {
    const pools = unprobedPools();
    const limited = route([a, b]);
    const [first, second] = [joined(pools, limited), dialing(pools, limited)];
    const [one, two, three] = [waiting(pools, limited), waiting(pools, limited), waiting(pools, limited)];
    first?.leave();
    expect(pools.take(limited, anyRequest).isFull).toBe(true);
    second.release();
    await Promise.all([one.ended, two.ended]);
    expect([one, two].map(({ turn }) => namesOf(turn))).toEqual(['a', 'b']);
    expect([one.outcome, two.outcome, three.outcome]).toEqual(['served', 'served', null]);

    one.turn.dial(0);
    one.turn.join()?.leave();
    await three.ended;
    two.turn.release();
    three.turn.release();
    expect(pools.counts()).toEqual({ live: 0, pending: 0, queued: 0 });
  });

  test('is served when a limit of the route is raised or removed, or an upstream is added', async () => {
    for (const upstreams of [[{ ...a, maxConnections: 2 }], [a, b], [{ url: a.url }]]) {
      const pools = unprobedPools();
      joined(pools, route([a]));
      const { turn, ended } = waiting(pools, route([a]));
      pools.of(route(upstreams));
      expect(await ended).toBe('served');
      expect(turn.candidates).toHaveLength(1);
      expect(pools.counts()).toEqual({ live: 1, pending: 1, queued: 0 });
    }
  });

  test('has no candidate when no upstream accepts new connections any more', async () => {
    const pools = unprobedPools();
    joined(pools, route([a]));
    const { turn, ended } = waiting(pools, route([a]));
    pools.of(route([{ ...a, state: 'drain' }]));
    expect([await ended, turn.isFull, turn.candidates]).toEqual(['served', false, []]);
  });

  test('waits no longer than maxWaitMs, and leaves no timer', async () => {
    vi.useFakeTimers();
    try {
      const pools = unprobedPools();
      const limited = route([a], { queue: { maxWaitMs: 700 } });
      joined(pools, limited);
      const { ended, client } = waiting(pools, limited);
      vi.advanceTimersByTime(699);
      expect(pools.counts().queued).toBe(1);
      vi.advanceTimersByTime(1);
      expect(await ended).toBe('full');
      client.abort();
      expect([pools.counts().queued, vi.getTimerCount()]).toEqual([0, 0]);
    } finally {
      vi.useRealTimers();
    }
  });

  test('does not wait if maxRequests requests already wait', async () => {
    const pools = unprobedPools();
    const limited = route([a], { queue: { maxRequests: 1 } });
    joined(pools, limited);
    const one = waiting(pools, limited);
    expect(await waiting(pools, limited).ended).toBe('full');
    expect(pools.counts().queued).toBe(1);
    one.client.abort();
    expect([await one.ended, pools.counts().queued]).toEqual(['aborted', 0]);
  });

  test('leaves the queue to the next request when its client disconnects', async () => {
    const before = activeTimers();
    const pools = unprobedPools();
    const limited = route([a]);
    const live = joined(pools, limited);
    const [one, two] = [waiting(pools, limited), waiting(pools, limited)];
    one.client.abort();
    live?.leave();
    expect([await one.ended, await two.ended]).toEqual(['aborted', 'served']);
    two.turn.release();
    expect(pools.counts()).toEqual({ live: 0, pending: 0, queued: 0 });
    expect(activeTimers()).toBe(before);
  });

  test('stops waiting when the route is deleted', async () => {
    const pools = unprobedPools();
    joined(pools, route([a]));
    const { ended } = waiting(pools, route([a]));
    pools.review([id], { route: () => null, routes: () => [] });
    expect(await ended).toBe('full');
  });
});
