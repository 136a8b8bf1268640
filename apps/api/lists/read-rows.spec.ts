import { afterAll, beforeAll, expect, test } from 'vitest';
import { ApiUnderTest } from '../../../test/support/api-under-test.js';
import { isPostgres, sql, type SqlRunner } from '../database/sql.js';
import { StoredEntity } from '../database/stored-entity.js';
import { readRows } from './read-rows.js';
import { routeListing } from './route-listing.js';
import { selectionOf } from './selection.js';

let api: ApiUnderTest;
beforeAll(async () => {
  api = await ApiUnderTest.start();
});
afterAll(() => api.remove());

test('the rows of a page are found by their index', async () => {
  const plans: unknown[] = [];
  await api.database.readConsistently(async (manager) => {
    const onPostgres = isPostgres(manager);
    // Postgres reads a table of a few rows as a whole otherwise.
    for (const way of onPostgres ? ['seqscan', 'hashjoin', 'mergejoin'] : []) {
      await manager.query(`SET LOCAL enable_${way} = off`);
    }
    const explaining: SqlRunner = {
      connection: manager.connection,
      query: async (text, values) => {
        plans.push(await manager.query(`EXPLAIN ${onPostgres ? '' : 'QUERY PLAN '}${text}`, values));
        return manager.query(text, values);
      },
    };
    const positions = sql`SELECT id, name AS key FROM listed_routes ORDER BY name LIMIT 10`;
    const entity = new StoredEntity(explaining, routeListing.entity);
    await readRows(explaining, entity, selectionOf(routeListing, 'name', []), positions);
  });
  expect(JSON.stringify(plans)).toMatch(
    /pk_routes on routes stored[^}]*},[^}]*Index Cond: \(\(?id|SEARCH stored USING INDEX \S+ \(id=\?\)/,
  );
});
