import { expect, test } from 'vitest';
import { maxExtensionListBytes, parseExtensionList } from './extension-list.js';

test.each<[string, string[], [name: string, ...parameters: string[]][]]>([
  ['nothing', [], []],
  ['an empty value', [''], []],
  ['an extension without parameters', ['permessage-deflate'], [['permessage-deflate']]],
  [
    'parameters with white space around them',
    ['Permessage-Deflate ;\ta ; b=10, x-webkit-deflate-frame'],
    [['permessage-deflate', 'a', 'b=10'], ['x-webkit-deflate-frame']],
  ],
  ['several fields', ['a', 'b, c;d'], [['a'], ['b'], ['c', 'd']]],
  ['empty elements', [', a,, b ,'], [['a'], ['b']]],
  [
    'separators within quotes, which do not separate',
    ['x; a="b, c; d\\", e", y'],
    [['x', 'a="b, c; d\\", e"'], ['y']],
  ],
  [
    'a parameter that is not a token, as USP uses it',
    ['bbf-usp-protocol; eid="os::012345-ABC"'],
    [['bbf-usp-protocol', 'eid="os::012345-ABC"']],
  ],
])('the parser reads %s', (_name, values, expected) => {
  const read = parseExtensionList(values)?.map(({ name, parameters }) => [name, ...parameters]);
  expect(read).toEqual(expected);
});

test.each(['x; a="', 'x; a="b\\"', 'x, y"', '"permessage-deflate"', '; a', 'x y', 'x/y', 'é', 'x, =b'])(
  'the parser rejects the list %j, because two readers could find different names in it',
  (value) => {
    expect(parseExtensionList([value])).toBeNull();
    expect(parseExtensionList(['permessage-deflate', value])).toBeNull();
  },
);

test('the length limit applies to the list over all of its fields', () => {
  const half = 'x'.repeat(maxExtensionListBytes / 2);
  expect(parseExtensionList([half, half])).toHaveLength(2);
  expect(parseExtensionList([half, `${half}y`])).toBeNull();
});
