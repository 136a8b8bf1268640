import { afterAll, beforeAll, expect, test } from 'vitest';
import { listedRows } from '../../../test/bench/listed-rows.js';
import { ApiUnderTest } from '../../../test/support/api-under-test.js';
import type { Database } from '../database/database.js';
import { resources } from '../resources/resources.js';
import { insertRows } from '../resources/stored-rows.js';
import { apiKeyListing } from './api-key-listing.js';
import { MissingListedRows } from './missing-listed-rows.js';
import { routeListing } from './route-listing.js';
import { tenantListing } from './tenant-listing.js';

const tables = [tenantListing, routeListing, apiKeyListing].flatMap(({ tables: { rows, terms } }) => [
  rows,
  terms,
]);

let api: ApiUnderTest;
let other: ApiUnderTest;
beforeAll(async () => {
  api = await ApiUnderTest.start();
  other = await ApiUnderTest.start({ folder: api.folder });
  // More routes than are listed in one part.
  const rows = listedRows({ tenants: 8, routes: 300, keys: 5 });
  await api.database.write(async (manager) => {
    await insertRows(manager, resources.tenants, rows.tenants);
    await insertRows(manager, resources.routes, rows.routes);
    await insertRows(manager, resources.apiKeys, rows.apiKeys);
  });
});
afterAll(async () => {
  await other.stop();
  await api.remove();
});

function listed(): Promise<unknown[][]> {
  const rowsOf = (table: string): Promise<unknown[]> =>
    api.database.read.query<unknown[]>(`SELECT * FROM ${table} ORDER BY 1, 2`);
  return Promise.all(tables.map(rowsOf));
}

test.each([
  ['no resource is listed, as after an upgrade', ''],
  ['some are not, as after writes of an older version', " WHERE substr(id, 30) < 'g'"],
])('at the start of two APIs where %s, all of them are listed once', async (_where, condition) => {
  const before = await listed();
  await api.database.write(async (manager) => {
    for (const table of tables) await manager.query(`DELETE FROM ${table}${condition}`);
  });
  expect(await listed()).not.toEqual(before);
  // Two APIs that start at once.
  await Promise.all([api, other].map(({ database }) => addedBy(database)));
  expect(await listed()).toEqual(before);
  // Nothing is left for one that starts later.
  expect(await addedBy(other.database)).toEqual([]);
});

/** Lists what is missing as at the start of an API, which logs how many it has added of each kind. */
async function addedBy(database: Database): Promise<unknown[]> {
  const added: unknown[] = [];
  const info = (fields: object): void => {
    if ('tookMs' in fields) added.push(fields);
  };
  await new MissingListedRows(database, { info }).onModuleInit();
  return added;
}
