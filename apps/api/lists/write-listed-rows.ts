import { isDeepStrictEqual } from 'node:util';
import type { EntityManager } from 'typeorm';
import { statementParts } from '../database/statement-parts.js';
import { apiKeyListing } from './api-key-listing.js';
import type { Listing, ListTables } from './listing.js';
import { joined, nameOf, runSql, sql, type Sql } from './sql.js';

/** Writes what lists read of new resources. */
export async function insertListed<Row extends { id: string }>(
  manager: EntityManager,
  { tables, columnsOf, termsOf }: Listing<Row>,
  rows: readonly Row[],
): Promise<void> {
  const listed = rows.map((row) => ({ id: row.id, ...columnsOf(row) }));
  const terms = rows.flatMap((row) => termRows(row.id, termsOf(row)));
  for (const part of statementParts(listed)) await insertInto(manager, tables.rows, part);
  for (const part of statementParts(terms)) await insertInto(manager, tables.terms, part);
}

/** Writes what differs after a change. */
export async function updateListed<Row extends { id: string }>(
  manager: EntityManager,
  { tables, columnsOf, termsOf }: Listing<Row>,
  before: Row,
  after: Row,
): Promise<void> {
  const { id } = after;
  const [columns, terms] = [columnsOf(after), termsOf(after)];
  if (!isDeepStrictEqual(columns, columnsOf(before))) {
    await deleteFrom(manager, tables.rows, [id]);
    await insertInto(manager, tables.rows, [{ id, ...columns }]);
  }
  if (isDeepStrictEqual(terms, termsOf(before))) return;
  await deleteFrom(manager, tables.terms, [id]);
  for (const part of statementParts(termRows(id, terms))) await insertInto(manager, tables.terms, part);
}

export async function deleteListed(
  manager: EntityManager,
  { tables }: { tables: ListTables },
  ids: readonly string[],
): Promise<void> {
  for (const part of statementParts(ids)) {
    await deleteFrom(manager, tables.rows, part);
    await deleteFrom(manager, tables.terms, part);
  }
}

/** Writes the last use of a key, which is no change of the configuration; an earlier one is ignored. */
export async function listLastUse(manager: EntityManager, id: string, at: string): Promise<void> {
  const rows = nameOf(apiKeyListing.tables.rows);
  await runSql(
    manager,
    sql`UPDATE ${rows} SET "lastUsedAt" = ${at} WHERE id = ${id} AND "lastUsedAt" < ${at}`,
  );
}

function termRows(id: string, terms: readonly string[]): { id: string; term: string }[] {
  return [...new Set(terms)].map((term) => ({ id, term }));
}

async function deleteFrom(manager: EntityManager, table: string, ids: readonly string[]): Promise<void> {
  const list = joined(ids.map(valueOf), ', ');
  await runSql(manager, sql`DELETE FROM ${nameOf(table)} WHERE id IN (${list})`);
}

async function insertInto(
  manager: EntityManager,
  table: string,
  rows: readonly Record<string, string | boolean>[],
): Promise<void> {
  const [first] = rows;
  if (first === undefined) return;
  const columns = joined(Object.keys(first).map(nameOf), ', ');
  const values = joined(
    rows.map((row) => sql`(${joined(Object.values(row).map(valueOf), ', ')})`),
    ', ',
  );
  await runSql(manager, sql`INSERT INTO ${nameOf(table)} (${columns}) VALUES ${values}`);
}

function valueOf(value: string | boolean): Sql {
  return sql`${value}`;
}
