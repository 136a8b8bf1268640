import { expect, test } from 'vitest';
import { migratedRoutes } from '../test/support/migrated-routes.js';
import { StickyBalancing1764530000000 } from './sticky-balancing.js';

test('stored routes get the default cookie, and the migration can be reverted', async () => {
  const { up, down } = await migratedRoutes(new StickyBalancing1764530000000(), { name: 'a' });
  const stickyCookie = { name: 'sluice_upstream', sameSite: 'lax', secure: false };
  expect(up).toEqual({
    name: 'a',
    stickyCookie: { ...stickyCookie, partitioned: false, maxAgeSeconds: null },
  });
  expect(down).toEqual({ name: 'a' });
});
