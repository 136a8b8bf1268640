import { expect, test } from 'vitest';
import { migratedRoutes } from '../test/support/migrated-routes.js';
import { Quotas1764541000000 } from './quotas.js';

test('a stored route has no quota, and the migration can be reverted', async () => {
  const { up, down } = await migratedRoutes(new Quotas1764541000000(), { name: 'a' });
  const quota = { connections: null, connectionMinutes: null, messages: null, bytes: null };
  expect(up).toEqual({ name: 'a', quota });
  expect(down).toEqual({ name: 'a' });
});
