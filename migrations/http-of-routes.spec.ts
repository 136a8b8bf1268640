import { expect, test } from 'vitest';
import { migratedRoutes } from '../test/support/migrated-routes.js';
import { HttpOfRoutes1764574000000 } from './http-of-routes.js';

test('a stored route refuses ordinary requests, and the migration can be reverted', async () => {
  const stored = { name: 'a', timeouts: { connectMs: 5000 } };
  const { up, down } = await migratedRoutes(new HttpOfRoutes1764574000000(), stored);
  expect(up).toEqual({
    name: 'a',
    http: 'refuse',
    maxRequestBytes: null,
    requestsPerSecond: null,
    timeouts: { connectMs: 5000, responseMs: 60_000 },
  });
  expect(down).toEqual(stored);
});
