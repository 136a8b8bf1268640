import { expect, test } from 'vitest';
import { migratedRoutes } from '../test/support/migrated-routes.js';
import { Maintenance1764521000000 } from './maintenance.js';

test('no stored route is under maintenance, and the migration can be reverted', async () => {
  const { up, down } = await migratedRoutes(new Maintenance1764521000000(), { name: 'a' });
  expect(up).toEqual({ name: 'a', maintenance: null });
  expect(down).toEqual({ name: 'a' });
});
