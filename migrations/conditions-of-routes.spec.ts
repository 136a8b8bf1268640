import { expect, test } from 'vitest';
import { migratedRoutes } from '../test/support/migrated-routes.js';
import { ConditionsOfRoutes1764531000000 } from './conditions-of-routes.js';

test('stored routes have no conditions, and the migration can be reverted', async () => {
  const before = { name: 'a', match: { host: 'a.example', path: '/a' } };
  const { up, down } = await migratedRoutes(new ConditionsOfRoutes1764531000000(), before);
  expect(up).toEqual({ name: 'a', match: { ...before.match, headers: null, query: null } });
  expect(down).toEqual(before);
});
