import { expect, test } from 'vitest';
import { migratedRoutes } from '../test/support/migrated-routes.js';
import { RatesOfRoutesAndKeys1764571000000 } from './rates-of-routes-and-keys.js';

test('a stored route has no rates, and the migration can be reverted', async () => {
  const { up, down } = await migratedRoutes(new RatesOfRoutesAndKeys1764571000000(), { name: 'a' });
  expect(up).toEqual({ name: 'a', messagesPerSecond: null, bytesPerSecond: null });
  expect(down).toEqual({ name: 'a' });
});
