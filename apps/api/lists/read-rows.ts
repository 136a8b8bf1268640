import type { ObjectLiteral } from 'typeorm';
import { isPostgres, sql, type Sql, type SqlRunner } from '../database/sql.js';
import type { StoredEntity, StoredRow } from '../database/stored-entity.js';
import type { Position, Selection } from './selection.js';

/** A place of a list, and its row; null if it was deleted by an older version, which keeps no lists. */
export interface FoundRow extends Position {
  columns: StoredRow | null;
}

/**
 * Reads the rows whose ids and sort keys a statement selects, in their order, within that statement: so a row
 * is as the filters have found it.
 */
export async function readRows<Row extends ObjectLiteral>(
  runner: SqlRunner,
  entity: StoredEntity<Row>,
  { order }: Selection,
  positions: Sql,
): Promise<FoundRow[]> {
  const direction = order.isDescending ? sql`DESC` : sql`ASC`;
  // Ids of listed rows are sorted by bytes, and those of rows are not: Postgres would use no index on them.
  const id = isPostgres(runner) ? sql`listed.id COLLATE "default"` : sql`listed.id`;
  const found = await entity.select(sql`
    SELECT listed.id AS "listedId", listed.key AS "listedKey", ${entity.columns}
    FROM (${positions}) AS listed LEFT JOIN ${entity.table} ON stored.id = ${id}
    ORDER BY listed.key ${direction}, listed.id ${direction}`);
  return found.map((columns) => ({
    id: String(columns['listedId']),
    key: String(columns['listedKey']),
    columns: columns['id'] === null ? null : columns,
  }));
}
