import { expect, test } from 'vitest';
import { migratedRoutes } from '../test/support/migrated-routes.js';
import { Labels1764532000000 } from './labels.js';

test('a stored route has no labels, and the migration can be reverted', async () => {
  const { up, down } = await migratedRoutes(new Labels1764532000000(), { name: 'a' });
  expect(up).toEqual({ name: 'a', labels: {} });
  expect(down).toEqual({ name: 'a' });
});
