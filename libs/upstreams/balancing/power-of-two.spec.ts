import { expect, test } from 'vitest';
import { balancedUpstreams, type BalancedUpstream } from '../../../test/support/balanced-upstreams.js';
import { Random } from '../../../test/support/random.js';
import { PowerOfTwo } from './power-of-two.js';

const request = { nowMs: 0 };

function powerOfTwo(upstreams: readonly BalancedUpstream[]): PowerOfTwo<BalancedUpstream> {
  const random = new Random(7);
  return new PowerOfTwo(upstreams, () => random.next());
}

function loadsAfter(count: number, weights: readonly number[]): number[] {
  const upstreams = balancedUpstreams(weights);
  const policy = powerOfTwo(upstreams);
  for (let opened = 0; opened < count; opened += 1) {
    const [picked] = policy.order(request);
    if (picked) picked.load += 1;
  }
  return upstreams.map(({ load }) => load);
}

test('long-lived connections are even within a few, however many there are', () => {
  const loads = loadsAfter(
    6400,
    Array.from({ length: 64 }, () => 1),
  );
  expect(Math.max(...loads) - Math.min(...loads)).toBeLessThanOrEqual(6);
});

test('connections follow the weights', () => {
  const [light = 0, heavy = 0, other = 0] = loadsAfter(11_000, [1, 9, 1]);
  expect([light, other]).toEqual([expect.closeTo(1000, -1.7), expect.closeTo(1000, -1.7)]);
  expect(heavy).toBeGreaterThan(8900);
});

test('every upstream occurs once as a fall-back', () => {
  const policy = powerOfTwo(balancedUpstreams([1, 1, 1, 1]));
  for (let round = 0; round < 50; round += 1) {
    const ids = policy.order(request).map(({ id }) => id);
    expect(ids.toSorted()).toEqual(['a', 'b', 'c', 'd']);
  }
});

test('a single upstream is always picked, and the order of no upstreams is empty', () => {
  const [only] = balancedUpstreams([1]);
  expect(new PowerOfTwo(only ? [only] : []).order(request)).toEqual([only]);
  expect(new PowerOfTwo([]).order(request)).toEqual([]);
});
