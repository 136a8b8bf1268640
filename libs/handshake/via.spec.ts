import { expect, test } from 'vitest';
import { composeVia, parseVia } from './via.js';

test.each<[string, string[], string[]]>([
  ['no field', [], []],
  ['an empty field', [''], []],
  ['one entry', ['1.1 flt_a'], ['1.1', 'flt_a']],
  ['a protocol name, a port and other letter case', ['HTTP/1.1\tFLT_A:8080'], ['http/1.1', 'flt_a']],
  [
    'several entries in several fields',
    ['1.0 fred, 1.1 p.example', '2 flt_a'],
    ['1.0', 'fred', '1.1', 'p.example', '2', 'flt_a'],
  ],
  ['empty elements', [', ,1.1 a,, 1.1 b,'], ['1.1', 'a', '1.1', 'b']],
  ['an entry without a protocol', ['nginx'], ['nginx']],
  ['a comment, which names nobody', ['1.1 a (b, 1.1 flt_a), 1.1 c'], ['1.1', 'a', '1.1', 'c']],
  ['comments in a comment', ['1.1 a (b (1.1 flt_a) c) , 1.1 d'], ['1.1', 'a', '1.1', 'd']],
  ['a quoted parenthesis in a comment', ['1.1 a (\\)b\\(\\\\), 1.1 c'], ['1.1', 'a', '1.1', 'c']],
  ['an entry right behind a comment', ['1.1 a(b)flt_a'], ['1.1', 'a', 'flt_a']],
])('reads the names of %s', (_name, values, names) => {
  expect(parseVia(values)).toEqual(names);
});

test.each(['1.1 a (b', '1.1 a (b\\)', '1.1 a (b (c)', '1.1 a) (b', ')'])(
  'does not read %j, in which a comment could hide an entry',
  (value) => {
    expect(parseVia([value])).toBeNull();
    expect(parseVia(['1.1 a', value])).toBeNull();
  },
);

test('the own entry stands behind all that were received', () => {
  expect(composeVia([], 'flt_a')).toBe('1.1 flt_a');
  expect(composeVia(['1.0 fred (x, y)', '', '1.1 flt_b'], 'flt_a')).toBe(
    '1.0 fred (x, y), 1.1 flt_b, 1.1 flt_a',
  );
  expect(composeVia([], null)).toBe('1.1 sluice');
});
