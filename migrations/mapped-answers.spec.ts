import { expect, test } from 'vitest';
import { migratedRoutes } from '../test/support/migrated-routes.js';
import { MappedAnswers1764502000000 } from './mapped-answers.js';

test('answers to stored routes pass as they are, and the migration can be reverted', async () => {
  const before = { name: 'a', rewrite: { stripPrefix: true, replacePrefix: null } };
  const { up, down } = await migratedRoutes(new MappedAnswers1764502000000(), before);
  expect(up).toEqual({ name: 'a', rewrite: { ...before.rewrite, redirects: 'pass', cookies: 'pass' } });
  expect(down).toEqual(before);
});
