import { expect, test } from 'vitest';
import { SmoothRoundRobin } from './smooth-round-robin.js';

function balancing(weights: Record<string, number>): SmoothRoundRobin<{ name: string; weight: number }> {
  return new SmoothRoundRobin(Object.entries(weights).map(([name, weight]) => ({ name, weight })));
}

function picks(weights: Record<string, number>, count: number): string {
  const policy = balancing(weights);
  return Array.from({ length: count }, () => policy.order()[0]?.name).join('');
}

test('equal upstreams take turns', () => {
  expect(picks({ a: 1, b: 1, c: 1 }, 6)).toBe('abcabc');
});

test('weights are kept in every round, and the picks of a heavy upstream are spread', () => {
  expect(picks({ a: 5, b: 1, c: 1 }, 14)).toBe('aabacaaaabacaa');
});

test('the others follow as fall-backs, each once, the one that would be picked next first', () => {
  const order = balancing({ a: 3, b: 2, c: 1 }).order();
  expect(order.map(({ name }) => name)).toEqual(['a', 'b', 'c']);
});
