import { sql, type Sql, type SqlRunner } from '../database/sql.js';
import { StoredEntity } from '../database/stored-entity.js';
import type { Listing } from './listing.js';
import type { Position, Selection } from './selection.js';

/** A place of a list, and its resource; null if it was deleted by an older version, which keeps no lists. */
export interface FoundRow<Row> extends Position {
  row: Row | null;
}

/**
 * Reads the resources whose ids and sort keys a statement selects, in their order, within that statement: so
 * a resource is as the filters have found it.
 */
export async function readRows<Row extends { id: string }>(
  runner: SqlRunner,
  { entity }: Listing<Row>,
  { order }: Selection,
  positions: Sql,
): Promise<FoundRow<Row>[]> {
  const stored = new StoredEntity(runner, entity);
  const direction = order.isDescending ? sql`DESC` : sql`ASC`;
  const found = await stored.select(sql`
    SELECT listed.id AS "listedId", listed.key AS "listedKey", ${stored.columns}
    FROM (${positions}) AS listed LEFT JOIN ${stored.table} ON stored.id = listed.id
    ORDER BY listed.key ${direction}, listed.id ${direction}`);
  return found.map((columns) => ({
    id: String(columns['listedId']),
    key: String(columns['listedKey']),
    row: columns['id'] === null ? null : stored.rowOf(columns),
  }));
}
