import { expect, test } from 'vitest';
import { fieldDifference } from './field-difference.js';

test.each([
  [{ a: 1, b: 2 }, { a: 1, b: 3 }, { b: 2 }, { b: 3 }],
  [
    { a: { b: 1, c: { d: 1, e: 2 } } },
    { a: { b: 1, c: { d: 1, e: 3 } } },
    { a: { c: { e: 2 } } },
    { a: { c: { e: 3 } } },
  ],
  [{ map: { x: 1 } }, { map: { y: 1 } }, { map: { x: 1 } }, { map: { y: 1 } }],
  [{ list: [1, 2] }, { list: [1, 3] }, { list: [1, 2] }, { list: [1, 3] }],
  [{ a: null }, { a: { b: 1 } }, { a: null }, { a: { b: 1 } }],
  [{ a: 1 }, { a: 1 }, {}, {}],
])('the difference of %j and %j is exact', (before, after, olds, news) => {
  expect(fieldDifference(before, after)).toEqual({ before: olds, after: news });
});

test('fields named like built-in properties are compared too', () => {
  const fields = JSON.parse('{ "__proto__": 1, "constructor": 2 }') as Record<string, unknown>;
  expect(JSON.stringify(fieldDifference({}, fields).after)).toBe('{"__proto__":1,"constructor":2}');
});
