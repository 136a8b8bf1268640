import { expect, test } from 'vitest';
import { maxExtensionListBytes, parseExtensionList } from './extension-list.js';

test.each<[string, string[], [name: string, ...parameters: string[]][]]>([
  ['nothing', [], []],
  ['an empty value', [''], []],
  ['one without parameters', ['permessage-deflate'], [['permessage-deflate']]],
  [
    'parameters with white space around them',
    ['Permessage-Deflate ;\ta ; b=10, x-webkit-deflate-frame'],
    [['permessage-deflate', 'a', 'b=10'], ['x-webkit-deflate-frame']],
  ],
  ['several fields', ['a', 'b, c;d'], [['a'], ['b'], ['c', 'd']]],
  ['empty elements', [', a,, b ,'], [['a'], ['b']]],
  [
    'separators within quotes, which separate nothing',
    ['x; a="b, c; d\\", e", y'],
    [['x', 'a="b, c; d\\", e"'], ['y']],
  ],
  [
    'a parameter that is no token, as USP has it',
    ['bbf-usp-protocol; eid="os::012345-ABC"'],
    [['bbf-usp-protocol', 'eid="os::012345-ABC"']],
  ],
])('reads %s', (_name, values, expected) => {
  const read = parseExtensionList(values)?.map(({ name, parameters }) => [name, ...parameters]);
  expect(read).toEqual(expected);
});

test.each(['x; a="', 'x; a="b\\"', 'x, y"', '"permessage-deflate"', '; a', 'x y', 'x/y', 'é', 'x, =b'])(
  'takes the list %j for none, since readers could disagree on its names',
  (value) => {
    expect(parseExtensionList([value])).toBeNull();
    expect(parseExtensionList(['permessage-deflate', value])).toBeNull();
  },
);

test('bounds the list, over all of its fields', () => {
  const half = 'x'.repeat(maxExtensionListBytes / 2);
  expect(parseExtensionList([half, half])).toHaveLength(2);
  expect(parseExtensionList([half, `${half}y`])).toBeNull();
});
