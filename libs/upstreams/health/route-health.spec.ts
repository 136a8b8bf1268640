import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { newId, publishedRouteSchema, type PublishedRoute } from '#libs/contract';
import type { UpstreamState } from '../upstream-state.js';
import { UpstreamPools } from '../upstream-pools.js';
import type { ProbedHealth, WatchOptions } from './health-checks.js';
import type { HealthTransition } from './route-health.js';

interface Watched {
  options: WatchOptions;
  health: ProbedHealth;
  isReleased: boolean;
}

const base = { id: newId('route'), tenantId: newId('tenant'), match: { path: '/' } };
const healthCheck = { type: 'tcp' };
const request = { clientAddress: '192.0.2.1', request: { headers: [], path: '/', rawQuery: null } };

let nowMs: number;
let watched: Watched[];
let transitions: HealthTransition[];
let pools: UpstreamPools;

beforeEach(() => {
  vi.useFakeTimers();
  nowMs = 0;
  watched = [];
  transitions = [];
  const watch = (options: WatchOptions): { readonly health: ProbedHealth; release: () => void } => {
    const one: Watched = {
      options,
      health: { state: 'unknown', since: new Date(), lastProbe: null },
      isReleased: false,
    };
    watched.push(one);
    return {
      get health() {
        return one.health;
      },
      release: () => {
        one.isReleased = true;
      },
    };
  };
  pools = new UpstreamPools({
    checks: { watch },
    onTransition: (transition) => transitions.push(transition),
    findServices: () => Promise.reject(new Error('no name server')),
    lookupFor: () => () => Promise.reject(new Error('no name server')),
    now: () => nowMs,
    stickyKey: () => null,
  });
});

afterEach(() => {
  pools.stop();
  expect(vi.getTimerCount()).toBe(0);
  expect(watched.filter(({ isReleased }) => !isReleased)).toEqual([]);
  vi.useRealTimers();
});

function route(names: string, others: object = {}): PublishedRoute {
  const upstreams = names.split(' ').map((name) => ({ url: `ws://${name}.test` }));
  return publishedRouteSchema.parse({ ...base, upstreams, ...others });
}

function upstreamAt(balanced: PublishedRoute, index: number): UpstreamState {
  const upstream = pools.of(balanced).upstreams[index];
  if (!upstream) throw new Error('no such upstream');
  return upstream;
}

/** Requests that were sent to this upstream and failed. */
function fail(balanced: PublishedRoute, index: number, count: number): void {
  const { hostname } = upstreamAt(balanced, index).endpoint;
  for (let failed = 0; failed < count; failed += 1) {
    let turn = pools.take(balanced, request);
    while (turn.candidates[0]?.endpoint.hostname !== hostname) turn = pools.take(balanced, request);
    turn.dial(0);
    turn.failed('the connection was refused');
    turn.release();
  }
}

function chosen(balanced: PublishedRoute): string {
  const names = [1, 2, 3, 4, 5, 6].map(() =>
    pools.take(balanced, request).candidates[0]?.endpoint.hostname.charAt(0),
  );
  return [...new Set(names)].sort().join('');
}

function probed(index: number, state: 'healthy' | 'unhealthy'): void {
  const one = watched[index];
  if (!one) throw new Error('nothing is watched');
  const lastProbe = { at: new Date(), isGood: state === 'healthy', detail: 'a reason', durationMs: 1 };
  one.health = { state, since: new Date(), lastProbe };
  one.options.onChange(one.health);
}

describe('an upstream that fails requests', () => {
  test('is ejected after five failures in a row, with the reason, and returns after 30 s', () => {
    const balanced = route('a b');
    fail(balanced, 0, 4);
    expect(chosen(balanced)).toBe('ab');
    fail(balanced, 0, 1);
    expect(chosen(balanced)).toBe('b');
    expect(transitions).toMatchObject([
      { from: 'unknown', to: 'ejected', why: '5 failures in a row, the last: the connection was refused' },
    ]);
    nowMs = 30_001;
    vi.advanceTimersByTime(30_001);
    expect(chosen(balanced)).toBe('ab');
    expect(transitions[1]).toMatchObject({ from: 'ejected', to: 'unknown', why: null });
  });

  test('is not ejected if a request succeeded in between', () => {
    const balanced = route('a b');
    fail(balanced, 0, 4);
    const turn = pools.take(balanced, request);
    turn.dial(turn.candidates.findIndex(({ endpoint }) => endpoint.hostname === 'a.test'));
    turn.answered();
    turn.release();
    fail(balanced, 0, 4);
    expect(transitions).toEqual([]);
  });

  test('is not ejected if it is the only one, or if more than half would be ejected', () => {
    const three = route('a b c');
    fail(three, 0, 5);
    fail(three, 1, 20);
    expect(chosen(three)).toBe('bc');
    const only = route('a', { id: newId('route') });
    fail(only, 0, 100);
    expect(chosen(only)).toBe('a');
    expect(transitions).toHaveLength(1);
  });

  test('is ejected only from the route of the requests', () => {
    const [mine, other] = [route('a b'), route('a b', { id: newId('route') })];
    fail(mine, 0, 5);
    expect([chosen(mine), chosen(other)]).toEqual(['b', 'ab']);
  });

  test('returns at once if the route removes the rule, and remains ejected across other changes', () => {
    const balanced = route('a b');
    fail(balanced, 0, 5);
    expect(chosen(route('a b', { name: 'other' }))).toBe('b');
    expect(chosen(route('a b', { outlierEjection: null }))).toBe('ab');
  });
});

test('short-lived connections eject an upstream with shortLivedMs, unless the client or the application ended them', () => {
  const balanced = route('a b', { outlierEjection: { consecutiveFailures: 2, shortLivedMs: 1000 } });
  const end = (closeCode: number, endedBy: 'client' | 'upstream'): void => {
    const turn = pools.take(balanced, request);
    turn.dial(turn.candidates.findIndex(({ endpoint }) => endpoint.hostname === 'a.test'));
    turn.answered();
    turn.join()?.leave({ closeCode, endedBy }, 10);
  };
  for (let count = 0; count < 5; count += 1) {
    end(1006, 'client');
    end(1000, 'upstream');
    end(4401, 'upstream');
  }
  expect(transitions).toEqual([]);
  end(1006, 'upstream');
  end(1011, 'upstream');
  expect(transitions).toMatchObject([{ to: 'ejected' }]);
});

describe('a probed upstream', () => {
  test('gets no new connections while it is unhealthy', () => {
    const balanced = route('a b', { healthCheck });
    expect(chosen(balanced)).toBe('ab');
    probed(0, 'unhealthy');
    expect(chosen(balanced)).toBe('b');
    probed(0, 'healthy');
    expect(chosen(balanced)).toBe('ab');
    expect(transitions).toMatchObject([
      { from: 'unknown', to: 'unhealthy', why: 'a reason', areOthersWell: true },
      { from: 'unhealthy', to: 'healthy', why: null },
    ]);
  });

  test('gets connections although it is unhealthy if less than half are well', () => {
    const balanced = route('a b c', { healthCheck });
    expect(chosen(balanced)).toBe('abc');
    probed(0, 'unhealthy');
    expect(chosen(balanced)).toBe('bc');
    probed(1, 'unhealthy');
    expect(chosen(balanced)).toBe('abc');
  });

  test('is watched while its route is enabled and lists it, from the publication of the route', () => {
    const current = (now: PublishedRoute | null): void =>
      pools.review([base.id], { route: () => now, routes: () => (now ? [now] : []) });
    const watchedNow = (): string =>
      watched.flatMap(({ isReleased, options }) => (isReleased ? [] : [options.endpoint.hostname])).join(' ');
    current(route('a b', { healthCheck }));
    expect(watchedNow()).toBe('a.test b.test');
    current(route('b c', { healthCheck, name: 'other' }));
    expect(watchedNow()).toBe('b.test c.test');
    expect(watched).toHaveLength(3);
    current(route('b c', { healthCheck: { type: 'http' } }));
    expect(watched).toHaveLength(5);
    current(route('b c', { healthCheck, enabled: false }));
    expect(watchedNow()).toBe('');
    current(route('b', { healthCheck }));
    current(null);
    expect(watchedNow()).toBe('');
  });

  test('is not watched while its state is down', () => {
    const upstreams = [{ url: 'ws://a.test', state: 'down' }, { url: 'ws://b.test' }];
    pools.take(route('a', { healthCheck, upstreams }), request);
    expect(watched.map(({ options }) => options.endpoint.hostname)).toEqual(['b.test']);
  });
});
