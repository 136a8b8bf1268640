import { describe, expect, test } from 'vitest';
import { balancedUpstreams, type BalancedUpstream } from '../../../test/support/balanced-upstreams.js';
import { RendezvousHash } from './rendezvous-hash.js';

const keys = Array.from({ length: 20_000 }, (_, index) => `client ${index}`);

function placesOf(upstreams: readonly BalancedUpstream[]): string[] {
  const policy = new RendezvousHash(upstreams);
  return keys.map((hashKey) => policy.order({ hashKey })[0]?.id ?? '');
}

function shareOf(id: string, places: readonly string[]): number {
  return places.filter((place) => place === id).length / places.length;
}

const five = balancedUpstreams([1, 1, 1, 1, 1]);

test('all gateways and all versions choose the same upstream for any order of the upstreams', () => {
  expect(placesOf(five.slice().reverse())).toEqual(placesOf(five));
  expect(placesOf(five).slice(0, 12).join('')).toBe('bcabecddcded');
});

test('keys follow the weights', () => {
  const places = placesOf(balancedUpstreams([1, 2, 7]));
  expect(shareOf('a', places)).toBeCloseTo(0.1, 1.7);
  expect(shareOf('b', places)).toBeCloseTo(0.2, 1.7);
});

test('an added upstream takes its share, 1/(n+1) ± 5 %, and no key moves between the others', () => {
  const [before, after] = [placesOf(five), placesOf(balancedUpstreams([1, 1, 1, 1, 1, 1]))];
  const moved = after.filter((place, index) => place !== before[index]);
  expect(new Set(moved)).toEqual(new Set(['f']));
  expect(moved.length / keys.length).toBeGreaterThan((1 / 6) * 0.95);
  expect(moved.length / keys.length).toBeLessThan((1 / 6) * 1.05);
});

test('a removed upstream loses only its own keys, to its fall-backs', () => {
  const policy = new RendezvousHash(five);
  const after = placesOf(five.filter(({ id }) => id !== 'c'));
  for (const [index, hashKey] of keys.entries()) {
    const [first, second] = policy.order({ hashKey });
    expect(after[index]).toBe(first?.id === 'c' ? second?.id : first?.id);
  }
});

describe('with a bound', () => {
  function open(balanceFactor: number | null, hashKeys: readonly string[]): number[] {
    const upstreams = balancedUpstreams([1, 1, 1, 1]);
    const policy = new RendezvousHash(upstreams, balanceFactor);
    for (const hashKey of hashKeys) {
      const [picked] = policy.order({ hashKey });
      if (picked) picked.load += 1;
    }
    return upstreams.map(({ load }) => load);
  }

  test('no upstream gets more than the factor of its fair share, even if all keys are equal', () => {
    const oneKey = Array.from({ length: 1000 }, () => 'the same');
    expect(Math.max(...open(null, oneKey))).toBe(1000);
    for (const factor of [125, 150, 200]) {
      expect(Math.max(...open(factor, oneKey))).toBeLessThanOrEqual(Math.ceil((factor / 100) * 250));
    }
  });

  test('a key stays where it is while that upstream is within its bound', () => {
    const upstreams = balancedUpstreams([1, 1, 1, 1]);
    const [unbounded, bounded] = [new RendezvousHash(upstreams), new RendezvousHash(upstreams, 125)];
    upstreams.forEach((one) => (one.load = 100));
    for (const hashKey of keys.slice(0, 100)) {
      expect(bounded.order({ hashKey })).toEqual(unbounded.order({ hashKey }));
    }
  });
});
