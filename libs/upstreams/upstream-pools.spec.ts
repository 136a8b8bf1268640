import { describe, expect, test } from 'vitest';
import { newId, publishedRouteSchema, type PublishedRoute } from '#libs/contract';
import type { UpstreamTurn } from './upstream-turn.js';
import { UpstreamPools } from './upstream-pools.js';

const id = newId('route');

function route(upstreams: readonly object[], others: object = {}): PublishedRoute {
  return publishedRouteSchema.parse({
    id,
    tenantId: newId('tenant'),
    match: { path: '/' },
    upstreams,
    ...others,
  });
}

const [a, b, c] = [{ url: 'ws://a.test' }, { url: 'ws://b.test' }, { url: 'ws://c.test' }];

function names(turn: UpstreamTurn): string {
  return turn.candidates.map(({ endpoint }) => endpoint.hostname.charAt(0)).join('');
}

function joined(pools: UpstreamPools, balanced: PublishedRoute): () => void {
  const turn = pools.take(balanced);
  turn.dial(0);
  return turn.join();
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
    expect(names(new UpstreamPools().take(balanced))).toBe('a');
  });

  test('fall back to backups behind all others, and go there first while no other is available', () => {
    const backups = [
      { ...b, backup: true },
      { ...c, backup: true },
    ];
    const pools = new UpstreamPools();
    expect(names(pools.take(route([...backups, a])))).toBe('abc');
    const onBackups = route([...backups, { ...a, state: 'down' }]);
    expect([names(pools.take(onBackups)), names(pools.take(onBackups))]).toEqual(['bc', 'cb']);
  });

  test('go nowhere where no upstream takes them', () => {
    const closed = route([
      { ...a, weight: 0 },
      { ...b, state: 'down' },
      { ...c, backup: true, state: 'drain' },
    ]);
    expect(new UpstreamPools().take(closed).candidates).toEqual([]);
  });

  test('follow weights that change', () => {
    const pools = new UpstreamPools();
    const picks = (balanced: PublishedRoute, count: number): string =>
      Array.from({ length: count }, () => names(pools.take(balanced)).charAt(0)).join('');
    expect(picks(route([{ ...a, weight: 1000 }, b]), 500)).toBe('a'.repeat(500));
    expect(picks(route([a, b]), 4)).toBe('abab');
    expect(picks(route([a, { ...b, weight: 0 }]), 2)).toBe('aa');
  });

  test('of routes do not share their turns, and other changes of a route do not begin them anew', () => {
    const pools = new UpstreamPools();
    const balanced = route([a, b]);
    const renamed = route([a, b], { name: 'other' });
    expect(names(pools.take(balanced))).toBe('ab');
    expect(names(pools.take({ ...balanced, id: newId('route') }))).toBe('ab');
    expect(names(pools.take(renamed))).toBe('ba');
  });

  test('an upstream that was stored twice counts once, with the sum of its weights', () => {
    const pools = new UpstreamPools();
    const balanced = route([a, { url: 'ws://A.test/' }, b]);
    expect(Array.from({ length: 3 }, () => names(pools.take(balanced)))).toEqual(['ab', 'ba', 'ab']);
  });
});

describe('connections are counted', () => {
  test('as pending where they dial, as live once joined, and not at all after their end', () => {
    const pools = new UpstreamPools();
    const balanced = route([a, b]);
    const turn = pools.take(balanced);
    turn.dial(0);
    turn.dial(turn.candidates.length - 1);
    expect(counts(pools, balanced)).toEqual([
      [0, 0],
      [0, 1],
    ]);
    const end = turn.join();
    turn.release();
    expect(counts(pools, balanced)).toEqual([
      [0, 0],
      [1, 0],
    ]);
    end();
    end();
    expect(counts(pools, balanced)).toEqual([
      [0, 0],
      [0, 0],
    ]);
  });

  test('no more when the request is given up', () => {
    const pools = new UpstreamPools();
    const balanced = route([a]);
    const turn = pools.take(balanced);
    turn.dial(0);
    turn.dial(turn.candidates.length - 1);
    turn.release();
    turn.release();
    expect(counts(pools, balanced)).toEqual([[0, 0]]);
  });

  test('across every change of the route, also where it lists the upstream again', () => {
    const pools = new UpstreamPools();
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

test('a route that is gone keeps nothing, and one that changed is followed before its next request', () => {
  const pools = new UpstreamPools();
  const balanced = route([a, b]);
  const pool = pools.of(balanced);
  pools.review([id], () => route([a]));
  expect(pool.upstreams).toHaveLength(1);
  pools.review(null, () => null);
  expect(pools.of(balanced)).not.toBe(pool);
});
