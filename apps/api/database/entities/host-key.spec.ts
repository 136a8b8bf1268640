import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { HostIndex } from '../../configuration/host-index.js';
import { hostKeyOf, keysOverlapping } from './host-key.js';

const labels = fc.array(fc.constantFrom('a', 'b', 'a-b', '0', '_x'), { minLength: 1, maxLength: 4 });
const pattern = fc
  .tuple(fc.boolean(), labels)
  .map(([isWildcard, names]) => `${isWildcard ? '*.' : ''}${names.join('.')}`);

describe('keysOverlapping', () => {
  test.each([
    [
      't2.example',
      ['t2.example', '*.example'],
      ['*.t2.example', 'a.t2.example', 't2.example.org', '*', 'xt2.example'],
    ],
    [
      '*.acme.example',
      ['a.acme.example', '*.acme.example', '*.b.acme.example', '*.example'],
      ['acme.example', '*.xacme.example', 'a-acme.example', '*'],
    ],
    ['*', ['a', '*.example', '_x.example', '0.example'], ['*']],
  ])('%s overlaps with %j and not with %j', (one, overlapping, apart) => {
    expect(overlapping.filter((other) => !overlaps(one, other))).toEqual([]);
    expect(apart.filter((other) => overlaps(one, other))).toEqual([]);
  });

  test('finds a pattern exactly if some host matches both', () => {
    fc.assert(
      fc.property(pattern, pattern, (one, other) => {
        expect(overlaps(one, other)).toBe(haveCommonHost(one, other));
        const index = new HostIndex();
        index.add(other, 'ten_other');
        expect(index.otherTenantOn(one, 'ten_one') !== null).toBe(haveCommonHost(one, other));
        expect(index.otherTenantOn(one, 'ten_other')).toBeNull();
      }),
      { numRuns: 2000 },
    );
  });
});

/** Finds keys like an index of a database. */
function overlaps(one: string, other: string): boolean {
  const { exact, range } = keysOverlapping(one);
  const key = hostKeyOf(other);
  return exact.includes(key) || (range !== null && key > range.after && key < range.before);
}

function haveCommonHost(one: string, other: string): boolean {
  const [first, second] = [one, other].map((text) => ({
    suffix: text.replace(/^\*/, ''),
    isWildcard: text.startsWith('*.'),
  }));
  if (first === undefined || second === undefined) return false;
  if (first.isWildcard && second.isWildcard) {
    return first.suffix.endsWith(second.suffix) || second.suffix.endsWith(first.suffix);
  }
  if (first.isWildcard) return second.suffix.endsWith(first.suffix);
  if (second.isWildcard) return first.suffix.endsWith(second.suffix);
  return one === other;
}
