import { expect, test } from 'vitest';
import { composeVia, parseVia } from './via.js';

test.each<[string, string[], string[]]>([
  ['no field', [], []],
  ['an empty field', [''], []],
  ['one entry', ['1.1 flt_a'], ['1.1', 'flt_a']],
  ['a protocol name, a port and upper case', ['HTTP/1.1\tFLT_A:8080'], ['http/1.1', 'flt_a']],
  ['an IPv6 address with a port', ['1.1 [2001:DB8::1]:8080'], ['1.1', '[2001:db8::1]']],
  ['a colon without a port', ['1.1 a:'], ['1.1', 'a']],
  ['a colon before what is no port', ['1.1 a:b'], ['1.1', 'a:b']],
  ['several spaces', ['1.1 \t  a'], ['1.1', 'a']],
  [
    'several entries in several fields',
    ['1.0 fred, 1.1 p.example', '2 flt_a'],
    ['1.0', 'fred', '1.1', 'p.example', '2', 'flt_a'],
  ],
  ['empty elements', [', ,1.1 a,, 1.1 b,'], ['1.1', 'a', '1.1', 'b']],
  ['an entry without a protocol', ['nginx'], ['nginx']],
  ['a comment, which contains no names', ['1.1 a (b, 1.1 flt_a), 1.1 c'], ['1.1', 'a', '1.1', 'c']],
  ['nested comments', ['1.1 a (b (1.1 flt_a) c) , 1.1 d'], ['1.1', 'a', '1.1', 'd']],
  ['a quoted parenthesis in a comment', ['1.1 a (\\)b\\(\\\\), 1.1 c'], ['1.1', 'a', '1.1', 'c']],
  ['an entry directly after a comment', ['1.1 a(b)flt_a'], ['1.1', 'a', 'flt_a']],
])('parseVia reads the names of %s', (_name, values, names) => {
  expect(parseVia(values)).toEqual(names);
});

test.each(['1.1 a (b', '1.1 a (b\\)', '1.1 a (b (c)', '1.1 a) (b', ')'])(
  'parseVia rejects %j, in which a comment could hide an entry',
  (value) => {
    expect(parseVia([value])).toBeNull();
    expect(parseVia(['1.1 a', value])).toBeNull();
  },
);

test("the gateway's entry follows all received entries", () => {
  expect(composeVia([], 'flt_a')).toBe('1.1 flt_a');
  expect(composeVia(['1.0 fred (x, y)', '', '1.1 flt_b'], 'flt_a')).toBe(
    '1.0 fred (x, y), 1.1 flt_b, 1.1 flt_a',
  );
  expect(composeVia([], null)).toBe('1.1 sluice');
  expect(composeVia(['1.1 a'], null, '2')).toBe('1.1 a, 2 sluice');
});
