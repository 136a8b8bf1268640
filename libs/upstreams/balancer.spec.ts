import { expect, test } from 'vitest';
import { Balancer, type BalancedRoute } from './balancer.js';

function route(weights: Record<string, number>): BalancedRoute {
  const upstreams = Object.entries(weights).map(([name, weight]) => ({ url: `ws://${name}.test`, weight }));
  return { upstreams, balancing: 'roundRobin' };
}

function picks(balancer: Balancer, balanced: BalancedRoute, count: number): string {
  return Array.from({ length: count }, () => balancer.order(balanced)[0]?.hostname.charAt(0)).join('');
}

test('equal upstreams take turns', () => {
  expect(picks(new Balancer(), route({ a: 1, b: 1, c: 1 }), 6)).toBe('abcabc');
});

test('weights are kept in every round, and the picks of a heavy upstream are spread', () => {
  expect(picks(new Balancer(), route({ a: 5, b: 1, c: 1 }), 14)).toBe('aabacaaaabacaa');
});

test('the others follow as fall-backs, each once, the one that would be picked next first', () => {
  const balancer = new Balancer();
  const balanced = route({ a: 3, b: 2, c: 1 });
  const order = balancer.order(balanced).map(({ hostname }) => hostname);
  expect(order).toEqual(['a.test', 'b.test', 'c.test']);
});

test('routes do not share their turns, and a changed route starts from the beginning', () => {
  const balancer = new Balancer();
  const first = route({ a: 1, b: 1 });
  expect(picks(balancer, first, 1)).toBe('a');
  expect(picks(balancer, route({ a: 1, b: 1 }), 1)).toBe('a');
  expect(picks(balancer, first, 1)).toBe('b');
});

test('the only upstream is always picked, and is parsed once', () => {
  const balancer = new Balancer();
  const balanced = route({ a: 7 });
  expect(balancer.order(balanced)[0]).toBe(balancer.order(balanced)[0]);
});
