import { expect, test } from 'vitest';
import { balancedUpstreams, type BalancedUpstream } from '../../../test/support/balanced-upstreams.js';
import { LeastConnections } from './least-connections.js';

const request = { nowMs: 0 };

/** Opens this number of connections, which stay open. */
function open(policy: LeastConnections<BalancedUpstream>, count: number): void {
  for (let opened = 0; opened < count; opened += 1) {
    const [picked] = policy.order(request);
    if (picked) picked.load += 1;
  }
}

test('long-lived connections differ by at most one', () => {
  const upstreams = balancedUpstreams([1, 1, 1, 1]);
  open(new LeastConnections(upstreams), 3001);
  expect(upstreams.map(({ load }) => load).sort()).toEqual([750, 750, 750, 751]);
});

test('an upstream that has fewer gets all connections until it has as many as the others', () => {
  const upstreams = balancedUpstreams([1, 1, 1]);
  upstreams.slice(0, 2).forEach((upstream) => (upstream.load = 100));
  open(new LeastConnections(upstreams), 100);
  expect(upstreams.map(({ load }) => load)).toEqual([100, 100, 100]);
});

test('connections follow the weights', () => {
  const upstreams = balancedUpstreams([1, 3, 6]);
  open(new LeastConnections(upstreams), 1000);
  expect(upstreams.map(({ load }) => load)).toEqual([100, 300, 600]);
});

test('an upstream in its slow start gets no more than its current share', () => {
  const upstreams = balancedUpstreams([1, 1]);
  const [known, returning] = upstreams;
  if (!known || !returning) throw new Error('two upstreams are needed');
  [known.load, returning.slowness] = [900, 0.1];
  open(new LeastConnections(upstreams), 200);
  expect(returning.load).toBeCloseTo(known.load / 10, -1);
});

test('short connections are spread by the picks of the last second', () => {
  const policy = new LeastConnections(balancedUpstreams([1, 1, 1]));
  const picked = Array.from({ length: 300 }, () => policy.order(request)[0]?.id);
  const counts = ['a', 'b', 'c'].map((one) => picked.filter((id) => id === one).length);
  expect(counts).toEqual([100, 100, 100]);
});

test('the others follow as fall-backs, the one with the fewest connections first', () => {
  const upstreams = balancedUpstreams([1, 1, 1]);
  upstreams.forEach((upstream, index) => (upstream.load = 10 - index));
  expect(new LeastConnections(upstreams).order(request).map(({ id }) => id)).toEqual(['c', 'b', 'a']);
});

test('peeking gives the order of the next pick, and counts as none', () => {
  const policy = new LeastConnections(balancedUpstreams([1, 1, 1]));
  for (let pick = 0; pick < 7; pick += 1) {
    const next = policy.peek(request).map(({ id }) => id);
    expect(policy.peek(request).map(({ id }) => id)).toEqual(next);
    expect(policy.order(request).map(({ id }) => id)).toEqual(next);
  }
});
