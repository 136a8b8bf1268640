import { isDeepStrictEqual } from 'node:util';
import type { EntityManager } from 'typeorm';
import { statementParts } from '../database/statement-parts.js';
import { apiKeyListing } from './api-key-listing.js';
import { insertValues, type InsertedColumn } from '../database/insert-values.js';
import type { Listing, ListTables } from './listing.js';
import { joined, nameOf, runSql, sql, valueOf } from '../database/sql.js';

/** Writes the listed rows and the terms of new resources. */
export async function insertListed<Row extends { id: string }>(
  manager: EntityManager,
  { tables, columnsOf, termsOf }: Listing<Row>,
  rows: readonly Row[],
): Promise<void> {
  const listed = rows.map((row) => ({ id: row.id, ...columnsOf(row) }));
  const terms = rows.flatMap((row) => termRows(row.id, termsOf(row)));
  await insertInto(manager, tables.rows, listed);
  await insertTerms(manager, tables.terms, terms);
}

/** Writes the listed row and the terms of a changed resource, if they differ. */
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
  await insertTerms(manager, tables.terms, termRows(id, terms));
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

/** Writes the last use of a key, which does not change the configuration; an earlier one is ignored. */
export async function listLastUse(manager: EntityManager, id: string, at: string): Promise<void> {
  const rows = nameOf(apiKeyListing.tables.rows);
  await runSql(
    manager,
    sql`UPDATE ${rows} SET "lastUsedAt" = ${at} WHERE id = ${id} AND "lastUsedAt" < ${at}`,
  );
}

type TermRow = [id: string, term: string];

const termColumns: InsertedColumn[] = [
  { name: 'id', type: 'varchar' },
  { name: 'term', type: 'varchar' },
];

function termRows(id: string, terms: readonly string[]): TermRow[] {
  return [...new Set(terms)].map((term) => [id, term]);
}

function insertTerms(manager: EntityManager, table: string, rows: readonly TermRow[]): Promise<void> {
  return insertValues(manager, table, termColumns, rows);
}

async function deleteFrom(manager: EntityManager, table: string, ids: readonly string[]): Promise<void> {
  const list = joined(ids.map(valueOf), ', ');
  await runSql(manager, sql`DELETE FROM ${nameOf(table)} WHERE id IN (${list})`);
}

function insertInto(
  manager: EntityManager,
  table: string,
  rows: readonly Record<string, string | boolean>[],
): Promise<void> {
  const columns = Object.entries(rows[0] ?? {}).map(([name, value]): InsertedColumn => {
    return { name, type: typeof value === 'boolean' ? 'boolean' : 'varchar' };
  });
  return insertValues(
    manager,
    table,
    columns,
    rows.map((row) => Object.values(row)),
  );
}
