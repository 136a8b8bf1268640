import { expect, test } from 'vitest';
import { migratedRoutes } from '../test/support/migrated-routes.js';
import { ReplacePrefix1764471000000 } from './replace-prefix.js';

test('stored routes replace no prefix, and the migration can be reverted', async () => {
  const before = { name: 'a', rewrite: { stripPrefix: true } };
  const { up, down } = await migratedRoutes(new ReplacePrefix1764471000000(), before);
  expect(up).toEqual({ name: 'a', rewrite: { stripPrefix: true, replacePrefix: null } });
  expect(down).toEqual(before);
});
