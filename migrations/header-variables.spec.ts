import { expect, test } from 'vitest';
import { migratedRoutes } from '../test/support/migrated-routes.js';
import { HeaderVariables1764501000000 } from './header-variables.js';

test('values of header fields with a dollar keep their meaning, and the migration can be reverted', async () => {
  const requestHeaders = { set: { 'X-Price': '$5 or $$host', 'X-Plain': 'a' }, remove: ['Cookie'] };
  const { up, down } = await migratedRoutes(new HeaderVariables1764501000000(), { requestHeaders });
  expect(up).toEqual({
    requestHeaders: { set: { 'X-Price': '$$5 or $$$$host', 'X-Plain': 'a' }, remove: ['Cookie'] },
    responseHeaders: { set: {}, remove: [] },
  });
  expect(down).toEqual({ requestHeaders });
});
