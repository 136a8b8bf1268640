import { describe, expect, test } from 'vitest';
import { newId, upstreamId, type PublishedRoute } from '#libs/contract';
import { anyRequest, namesOf, routeTo, unprobedPools } from '../../test/support/upstream-pools.js';
import type { UpstreamPools } from './upstream-pools.js';

const id = newId('route');

function route(upstreams: readonly object[], others: object = {}): PublishedRoute {
  return routeTo(upstreams, { id, ...others });
}

const [a, b, c] = [{ url: 'ws://a.test' }, { url: 'ws://b.test' }, { url: 'ws://c.test' }];

function joined(pools: UpstreamPools, balanced: PublishedRoute): () => void {
  const turn = pools.take(balanced, anyRequest);
  turn.dial(0);
  const upstream = turn.join();
  return () => upstream?.leave();
}

function counts(pools: UpstreamPools, balanced: PublishedRoute): [live: number, pending: number][] {
  return pools.of(balanced).upstreams.map(({ live, pending }) => [live, pending]);
}

describe('new connections', () => {
  test('go to upstreams that are active and have a weight', () => {
    const balanced = route([
      a,
      { ...b, state: 'drain' },
      { ...c, state: 'down' },
      { url: 'ws://d.test', weight: 0 },
    ]);
    expect(namesOf(unprobedPools().take(balanced, anyRequest))).toBe('a');
  });

  test('use backups after all others, and first while no other upstream is available', () => {
    const backups = [
      { ...b, backup: true },
      { ...c, backup: true },
    ];
    const pools = unprobedPools();
    expect(namesOf(pools.take(route([...backups, a]), anyRequest))).toBe('abc');
    const onBackups = route([...backups, { ...a, state: 'down' }]);
    expect([namesOf(pools.take(onBackups, anyRequest)), namesOf(pools.take(onBackups, anyRequest))]).toEqual([
      'bc',
      'cb',
    ]);
  });

  test('have no candidate if no upstream accepts them', () => {
    const closed = route([
      { ...a, weight: 0 },
      { ...b, state: 'down' },
      { ...c, backup: true, state: 'drain' },
    ]);
    expect(unprobedPools().take(closed, anyRequest).candidates).toEqual([]);
  });

  test('follow changed weights', () => {
    const pools = unprobedPools();
    const picks = (balanced: PublishedRoute, count: number): string =>
      Array.from({ length: count }, () => namesOf(pools.take(balanced, anyRequest)).charAt(0)).join('');
    expect(picks(route([{ ...a, weight: 1000 }, b]), 500)).toBe('a'.repeat(500));
    expect(picks(route([a, b]), 4)).toBe('abab');
    expect(picks(route([a, { ...b, weight: 0 }]), 2)).toBe('aa');
  });

  test('of two routes are balanced separately, and a change of other fields keeps the state of the balancing', () => {
    const pools = unprobedPools();
    const balanced = route([a, b]);
    const renamed = route([a, b], { name: 'other' });
    expect(namesOf(pools.take(balanced, anyRequest))).toBe('ab');
    expect(namesOf(pools.take({ ...balanced, id: newId('route') }, anyRequest))).toBe('ab');
    expect(namesOf(pools.take(renamed, anyRequest))).toBe('ba');
  });

  test('an upstream that was stored twice counts once, with the sum of its weights', () => {
    const pools = unprobedPools();
    const balanced = route([a, { url: 'ws://A.test/' }, b]);
    expect(Array.from({ length: 3 }, () => namesOf(pools.take(balanced, anyRequest)))).toEqual([
      'ab',
      'ba',
      'ab',
    ]);
  });
});

describe('connections are counted', () => {
  test('as pending while they dial, as live once joined, and no longer after their end', () => {
    const pools = unprobedPools();
    const balanced = route([a, b]);
    const turn = pools.take(balanced, anyRequest);
    turn.dial(0);
    turn.dial(turn.candidates.length - 1);
    expect(counts(pools, balanced)).toEqual([
      [0, 0],
      [0, 1],
    ]);
    const upstream = turn.join();
    turn.release();
    expect(counts(pools, balanced)).toEqual([
      [0, 0],
      [1, 0],
    ]);
    upstream?.leave();
    expect(counts(pools, balanced)).toEqual([
      [0, 0],
      [0, 0],
    ]);
  });

  test('no longer after the request is cancelled', () => {
    const pools = unprobedPools();
    const balanced = route([a]);
    const turn = pools.take(balanced, anyRequest);
    turn.dial(0);
    turn.dial(turn.candidates.length - 1);
    turn.release();
    turn.release();
    expect(counts(pools, balanced)).toEqual([[0, 0]]);
  });

  test('across every change of the route, also if it lists the upstream again', () => {
    const pools = unprobedPools();
    const balanced = route([a, b]);
    const end = joined(pools, balanced);
    expect(counts(pools, route([{ ...a, weight: 7, state: 'drain' }, b]))).toEqual([
      [1, 0],
      [0, 0],
    ]);
    expect(counts(pools, route([b]))).toEqual([[0, 0]]);
    expect(counts(pools, route([b, a]))).toEqual([
      [0, 0],
      [1, 0],
    ]);
    end();
    expect(counts(pools, route([a]))).toEqual([[0, 0]]);
  });
});

describe('slow start', () => {
  const slow = { balancing: 'roundRobin', slowStartMs: 1000 };

  function sharesOf(pools: UpstreamPools, balanced: PublishedRoute, nowMs: number): number[] {
    return pools.of(balanced).upstreams.map((upstream) => upstream.share(nowMs));
  }

  test('grows the share of a returning upstream from a tenth to the whole', () => {
    let nowMs = 0;
    const pools = unprobedPools({ now: () => nowMs });
    const balanced = route([{ ...a, weight: 10 }, b], slow);
    expect(sharesOf(pools, route([{ ...a, weight: 10, state: 'down' }, b], slow), nowMs)).toEqual([10, 1]);
    nowMs = 5000;
    expect(sharesOf(pools, balanced, nowMs)).toEqual([1, 1]);
    expect(sharesOf(pools, balanced, nowMs + 50)).toEqual([1, 1]);
    expect(sharesOf(pools, balanced, nowMs + 500)).toEqual([5, 1]);
    expect(sharesOf(pools, balanced, nowMs + 1000)).toEqual([10, 1]);
  });

  test('does not apply to the upstreams with which a gateway starts, nor without a period', () => {
    const pools = unprobedPools();
    expect(sharesOf(pools, route([a], slow), 0)).toEqual([1]);
    expect(sharesOf(pools, route([a, b]), 0)).toEqual([1, 1]);
  });
});

describe('balancing', () => {
  function placesOf(pools: UpstreamPools, balanced: PublishedRoute, count: number): string {
    return Array.from({ length: count }, () => {
      const turn = pools.take(balanced, anyRequest);
      turn.dial(0);
      turn.join();
      return namesOf(turn).charAt(0);
    }).join('');
  }

  test('leastConnections fills up an added upstream', () => {
    const pools = unprobedPools();
    expect(placesOf(pools, route([a, b], { balancing: 'leastConnections' }), 4)).toBe('abab');
    expect(placesOf(pools, route([a, b, c], { balancing: 'leastConnections' }), 4)).toBe('ccab');
  });

  test('leastConnections draws two of more than eight upstreams', () => {
    const many = Array.from({ length: 9 }, (_, index) => ({ url: `ws://${index}.test` }));
    const places = placesOf(unprobedPools(), route(many, { balancing: 'leastConnections' }), 4500);
    const counts = many.map((_, index) => places.split(String(index)).length - 1);
    // Two random draws keep the difference below 10 in 30,000 runs; one random draw makes it 60.
    expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(20);
  });

  test('consistentHash sends equal clients to one upstream, and to the same fall-back in every gateway', () => {
    const hashed = { balancing: 'consistentHash', hashKey: { from: 'clientAddress' } };
    const orders = [unprobedPools(), unprobedPools()].map((pools) =>
      namesOf(pools.take(route([a, b, c], hashed), anyRequest)),
    );
    expect(new Set(orders).size).toBe(1);
    expect(new Set(placesOf(unprobedPools(), route([c, b, a], hashed), 20)).size).toBe(1);
  });
});

describe('the connections of other gateways', () => {
  const least = { balancing: 'leastConnections' };
  const others = (...counts: number[]): Record<string, Record<string, number>> => ({
    [id]: Object.fromEntries([a, b, c].map(({ url }, index) => [upstreamId(url), counts[index] ?? 0])),
  });

  function placesOf(pools: UpstreamPools, balanced: PublishedRoute, count: number): string {
    return (
      Array.from({ length: count }, () => {
        joined(pools, balanced);
        return pools.of(balanced).upstreams.map(({ live }) => live);
      })
        .at(-1)
        ?.join() ?? ''
    );
  }

  test('count for routes that are balanced by connections, also if they were reported before the first request', () => {
    const pools = unprobedPools();
    pools.followFleet([others(10, 10, 0)]);
    expect(placesOf(pools, route([a, b, c], least), 5)).toBe('0,0,5');
    pools.followFleet([others(10, 10, 0)]);
    expect(placesOf(pools, route([a, b, c], least), 2)).toBe('0,0,7');
  });

  test('do not count for other routes, nor once there are no other gateways', () => {
    const pools = unprobedPools();
    pools.followFleet([others(10, 10, 0)]);
    expect(placesOf(pools, route([a, b, c]), 3)).toBe('1,1,1');
    pools.of(route([a, b, c], least));
    pools.followFleet([]);
    expect(placesOf(pools, route([a, b, c], least), 3)).toBe('2,2,2');
  });

  test('are reported of routes that are balanced by them, with several upstreams, and at most so many', () => {
    const pools = unprobedPools();
    joined(pools, route([a, b], least));
    joined(pools, { ...route([a, b]), id: newId('route') });
    joined(pools, { ...route([a], least), id: newId('route') });
    expect(pools.loads(10)).toEqual({ [id]: { [upstreamId('ws://a.test')]: 1 } });
    for (let index = 0; index < 12; index += 1)
      joined(pools, { ...route([a, b], least), id: newId('route') });
    expect(Object.keys(pools.loads(10))).toHaveLength(10);
  });

  test('do not count against the limit of an upstream, which is that of each gateway', () => {
    const pools = unprobedPools();
    pools.followFleet([others(10, 0, 0)]);
    expect(placesOf(pools, route([{ ...a, maxConnections: 2 }], least), 2)).toBe('2');
  });
});

test('a deleted route keeps no state, and a changed route is applied before its next request', () => {
  const pools = unprobedPools();
  const balanced = route([a, b]);
  const pool = pools.of(balanced);
  pools.review([id], { route: () => route([a]), routes: () => [] });
  expect(pool.upstreams).toHaveLength(1);
  pools.review(null, { route: () => null, routes: () => [] });
  expect(pools.of(balanced)).not.toBe(pool);
});

test.each([[[a]], [[a, b]]])(
  'retries of %j are a share of its handshakes, also of a single upstream',
  (upstreams) => {
    const pools = unprobedPools();
    const balanced = route(upstreams, { retries: { attempts: 1, budgetPercent: 20, minPerSecond: 0 } });
    const turns = Array.from({ length: 100 }, () => pools.take(balanced, anyRequest));
    expect(turns.filter((turn) => turn.takeRetry())).toHaveLength(20);
  },
);
