import { afterEach, beforeEach, expect, test } from 'vitest';
import { newId, type PublishedRoute, type PublishedStickyKey } from '#libs/contract';
import type { HeaderField } from '#libs/handshake';
import { anyRequest, namesOf, routeTo, unprobedPools } from '../../test/support/upstream-pools.js';
import type { UpstreamTurn } from './upstream-turn.js';
import type { UpstreamPools } from './upstream-pools.js';

const id = newId('route');
let stickyKey: PublishedStickyKey | null = null;

function route(upstreams: readonly object[], others: object = {}): PublishedRoute {
  return routeTo(upstreams, { id, ...others });
}

const [a, b, c] = [{ url: 'ws://a.test' }, { url: 'ws://b.test' }, { url: 'ws://c.test' }];

const sticky = { balancing: 'sticky' };

beforeEach(() => {
  const ids = { id: newId('stickyKey'), tenantId: newId('tenant') };
  stickyKey = { ...ids, secret: '1'.repeat(64), previousSecret: null };
});
afterEach(() => {
  stickyKey = null;
});

function takeWith(pools: UpstreamPools, balanced: PublishedRoute, cookie: string): UpstreamTurn {
  const headers: HeaderField[] = [['Cookie', `a=1; sluice_upstream=${cookie}`]];
  return pools.take(balanced, { ...anyRequest, request: { ...anyRequest.request, headers } });
}

/** The cookie of a client that connects to the upstream with this name. */
function cookieFor(pools: UpstreamPools, balanced: PublishedRoute, name: string): string {
  const turn = pools.take(balanced, anyRequest);
  turn.dial(namesOf(turn).indexOf(name));
  const { value = '' } = turn.stickyToken ?? {};
  turn.release();
  return value;
}

test('sticky balancing brings a client back to its upstream, with the others behind it, and others where the fewest are', () => {
  const pools = unprobedPools({ stickyKey: () => stickyKey });
  const balanced = route([a, b, c], sticky);
  const cookie = cookieFor(pools, balanced, 'b');
  const ends = Array.from({ length: 5 }, () => {
    const turn = takeWith(pools, balanced, cookie);
    expect(namesOf(turn)).toMatch(/^b/);
    expect(namesOf(turn)).toHaveLength(3);
    turn.dial(0);
    expect(turn.stickyToken).toEqual({ value: cookie, isKnown: true });
    return turn.join();
  });
  expect(namesOf(pools.take(balanced, anyRequest))).toMatch(/b$/);
  for (const upstream of ends) upstream?.leave();
});

test('sticky balancing gives a client whose upstream fails the cookie of the one that it joins', () => {
  const pools = unprobedPools({ stickyKey: () => stickyKey });
  const balanced = route([a, b], sticky);
  const turn = takeWith(pools, balanced, cookieFor(pools, balanced, 'b'));
  turn.dial(1);
  expect(turn.stickyToken).toEqual({ value: cookieFor(pools, balanced, 'a'), isKnown: false });
  turn.release();
});

test.each([
  ['drains while its connections stay', { state: 'drain' }, {}, true],
  ['drains with its connections', { state: 'drain' }, { onChange: 'drain' }, false],
  ['has the weight 0', { weight: 0 }, {}, true],
  ['is down', { state: 'down' }, {}, false],
  ['is a backup that is not needed', { backup: true }, {}, false],
  ['is a backup that drains', { backup: true, state: 'drain' }, {}, false],
])('sticky balancing with a cookie of an upstream that %s', (_, change, fields, isBack) => {
  const pools = unprobedPools({ stickyKey: () => stickyKey });
  const cookie = cookieFor(pools, route([a, b], sticky), 'b');
  const turn = takeWith(pools, route([a, { ...b, ...change }], { ...sticky, ...fields }), cookie);
  expect(namesOf(turn).charAt(0)).toBe(isBack ? 'b' : 'a');
});

test('sticky balancing reaches an upstream that drains also where no other takes connections', () => {
  const pools = unprobedPools({ stickyKey: () => stickyKey });
  const cookie = cookieFor(pools, route([a], sticky), 'a');
  const drained = route([{ ...a, state: 'drain' }], sticky);
  expect(namesOf(takeWith(pools, drained, cookie))).toBe('a');
  expect(namesOf(pools.take(drained, anyRequest))).toBe('');
});

test('sticky balancing follows the health of an upstream', () => {
  const pools = unprobedPools({ stickyKey: () => stickyKey });
  const balanced = route([a, b], { ...sticky, outlierEjection: { consecutiveFailures: 1 } });
  const cookie = cookieFor(pools, balanced, 'b');
  const turn = takeWith(pools, balanced, cookie);
  turn.dial(0);
  turn.failed('it is down');
  turn.release();
  expect(namesOf(takeWith(pools, balanced, cookie))).toBe('a');
  pools.stop();
});

test('sticky balancing moves clients while connections are evened out', () => {
  let nowMs = 0;
  const pools = unprobedPools({ now: () => nowMs, stickyKey: () => stickyKey });
  const balanced = route([a, b], sticky);
  const cookie = cookieFor(pools, balanced, 'a');
  const turn = takeWith(pools, balanced, cookie);
  turn.dial(0);
  turn.join();
  pools.evenOut(id, 1000);
  expect(namesOf(takeWith(pools, balanced, cookie))).toBe('ba');
  nowMs = 1000;
  expect(namesOf(takeWith(pools, balanced, cookie))).toBe('ab');
});

test('sticky balancing follows a rotation of the key, and needs one', () => {
  const pools = unprobedPools({ stickyKey: () => stickyKey });
  const balanced = route([a, b], sticky);
  const cookie = cookieFor(pools, balanced, 'b');
  stickyKey = stickyKey && { ...stickyKey, secret: '2'.repeat(64), previousSecret: stickyKey.secret };
  const turn = takeWith(pools, balanced, cookie);
  turn.dial(0);
  expect([namesOf(turn), turn.stickyToken?.isKnown]).toEqual(['ba', false]);
  turn.release();
  stickyKey = null;
  const unsigned = takeWith(pools, balanced, cookie);
  unsigned.dial(0);
  expect([namesOf(unsigned), unsigned.stickyToken]).toEqual(['ab', null]);
  unsigned.release();
});

test('sticky balancing sends a client elsewhere while its upstream is full', () => {
  const pools = unprobedPools({ stickyKey: () => stickyKey });
  const balanced = route([a, { ...b, maxConnections: 1 }], sticky);
  const cookie = cookieFor(pools, balanced, 'b');
  const first = takeWith(pools, balanced, cookie);
  first.dial(0);
  expect(namesOf(takeWith(pools, balanced, cookie))).toBe('a');
  first.release();
  expect(namesOf(takeWith(pools, balanced, cookie))).toBe('ba');
});
