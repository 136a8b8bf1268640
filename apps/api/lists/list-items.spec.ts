import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Tenant } from '#libs/contract';
import { ApiUnderTest } from '../../../test/support/api-under-test.js';
import { TenantEntity } from '../database/entities/tenant.entity.js';
import { sql } from '../database/sql.js';
import { StoredEntity, type StoredRow } from '../database/stored-entity.js';
import { entityTag } from '../http/etag.js';
import { ListItems } from './list-items.js';

let api: ApiUnderTest;
let entity: StoredEntity<Tenant>;
let rows: StoredRow[];
beforeAll(async () => {
  api = await ApiUnderTest.start();
  for (const slug of ['acme', 'other']) await api.request('POST', '/v1/tenants', { slug });
  entity = new StoredEntity(api.database.read, TenantEntity);
  rows = await entity.select(sql`SELECT ${entity.columns} FROM ${entity.table} ORDER BY slug`);
});
afterAll(() => api.remove());

/** Items that count how often one was made. */
function countedItems(maxSize?: number): { items: ListItems<Tenant, Tenant>; made: () => number } {
  let made = 0;
  const toItem = (tenant: Tenant): Tenant => {
    made += 1;
    return tenant;
  };
  return { items: new ListItems(toItem, maxSize), made: () => made };
}

test('an item is made once for a row, and again when any column has changed', () => {
  const { items, made } = countedItems();
  const [row = {}] = rows;
  const first = items.of(entity, row);
  expect(items.of(entity, { ...row, listedKey: 'another place' })).toEqual(first);
  expect(made()).toBe(1);
  for (const [index, name] of entity.columnNames.entries()) {
    if (name === 'id') continue;
    const changed = { ...row, [name]: '[7]' };
    expect(items.of(entity, changed).item).toEqual(entity.rowOf(changed));
    expect(items.of(entity, changed).etag).toBe(entityTag(entity.rowOf(changed)));
    expect([name, made()]).toEqual([name, index + 1]);
  }
  expect(items.of(entity, row)).toEqual(first);
});

test('the oldest items are forgotten when they become too large, also one that is too large alone', () => {
  const [row = {}, other = {}] = rows;
  const size = Object.values(row).join('').length;
  const { items, made } = countedItems(size + 50);
  for (const each of [row, row, other, row]) items.of(entity, each);
  expect(made()).toBe(3);
  const none = countedItems(0);
  for (const each of [row, row]) expect(none.items.of(entity, each).item).toEqual(entity.rowOf(row));
  expect(none.made()).toBe(2);
});
