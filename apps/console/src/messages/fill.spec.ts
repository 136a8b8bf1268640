import { expect, test } from 'vitest';
import { fill } from './fill.js';

test.each([
  [1, '1 connection matches'],
  ['1', '1 connection matches'],
  [0, '0 connections match'],
  ['1,190', '1,190 connections match'],
])('the words beside the count %s agree with it', (count, text) => {
  expect(fill('{count} {count|connection matches|connections match}', { count })).toBe(text);
});

test('a value that is not given stays a placeholder', () => {
  expect(fill('{id} of {count|one|many}', { id: 'a' })).toBe('a of {count|one|many}');
});
