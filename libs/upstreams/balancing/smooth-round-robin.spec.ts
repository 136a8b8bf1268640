import { expect, test } from 'vitest';
import { SmoothRoundRobin } from './smooth-round-robin.js';
import { balancedUpstreams } from '../../../test/support/balanced-upstreams.js';

const request = { nowMs: 0 };

function picks(weights: readonly number[], count: number): string {
  const policy = new SmoothRoundRobin(balancedUpstreams(weights));
  return Array.from({ length: count }, () => policy.order(request)[0]?.id).join('');
}

test('equal upstreams take turns', () => {
  expect(picks([1, 1, 1], 6)).toBe('abcabc');
});

test('weights are kept in every round, and the picks of a heavy upstream are spread', () => {
  expect(picks([5, 1, 1], 14)).toBe('aabacaaaabacaa');
});

test('the others follow once each as fall-backs, in the order of the next picks', () => {
  const order = new SmoothRoundRobin(balancedUpstreams([3, 2, 1])).order(request);
  expect(order.map(({ id }) => id)).toEqual(['a', 'b', 'c']);
});

test('an upstream in its slow start gets its current share', () => {
  const upstreams = balancedUpstreams([1, 1]);
  const [, second] = upstreams;
  if (second) second.slowness = 0.25;
  const policy = new SmoothRoundRobin(upstreams);
  const picked = Array.from({ length: 50 }, () => policy.order(request)[0]?.id);
  expect(picked.filter((id) => id === 'b')).toHaveLength(10);
});

test('peeking gives the order of the next pick, and takes no turn', () => {
  const policy = new SmoothRoundRobin(balancedUpstreams([5, 1, 1]));
  const peeked = Array.from({ length: 14 }, () => {
    const next = policy.peek(request).map(({ id }) => id);
    expect(policy.peek(request).map(({ id }) => id)).toEqual(next);
    expect(policy.order(request).map(({ id }) => id)).toEqual(next);
    return next[0];
  });
  expect(peeked.join('')).toBe('aabacaaaabacaa');
});
