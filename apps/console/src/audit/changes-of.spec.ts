import { expect, test } from 'vitest';
import { changesOf } from './changes-of.js';

test('nested fields are shown by their path, lists as a whole', () => {
  const before = { limits: { maxConnections: 10, maxRoutes: null }, hosts: ['a.example'] };
  const after = { limits: { maxConnections: 20, maxRoutes: null }, hosts: ['a.example', 'b.example'] };
  expect(changesOf(before, after)).toEqual([
    { field: 'limits.maxConnections', before: 10, after: 20 },
    { field: 'limits.maxRoutes', before: null, after: null },
    { field: 'hosts', before: ['a.example'], after: ['a.example', 'b.example'] },
  ]);
});

test('a field that did not exist has no value before, and all fields of a deleted target have none after', () => {
  expect(changesOf(null, { slug: 'acme' })).toEqual([{ field: 'slug', before: undefined, after: 'acme' }]);
  expect(changesOf({ slug: 'acme' }, null)).toEqual([{ field: 'slug', before: 'acme', after: undefined }]);
});
