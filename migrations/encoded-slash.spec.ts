import { expect, test } from 'vitest';
import { migratedRoutes } from '../test/support/migrated-routes.js';
import { EncodedSlash1764410000000 } from './encoded-slash.js';

test('stored routes refuse encoded slashes, and the migration can be reverted', async () => {
  const before = { name: 'a', match: { host: 'a.example', path: '/a', pathType: 'exact' } };
  const { up, down } = await migratedRoutes(new EncodedSlash1764410000000(), before);
  expect(up).toEqual({ name: 'a', match: { ...before.match, encodedSlash: 'refuse' } });
  expect(down).toEqual(before);
});
