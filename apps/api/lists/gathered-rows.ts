import { columnMeets, idsMeeting, isFound, type Condition } from './condition.js';
import type { ListTables } from './listing.js';
import { testOf } from './row-tests.js';
import type { Selection } from './selection.js';
import { isPostgres, joined, nameOf, sql, type Sql, type SqlRunner } from '../database/sql.js';

/** The condition by which rows are found, and whether few resources meet it. */
export interface Driver {
  condition: Condition;
  isFew: boolean;
}

// A bound keeps both databases from walking the order after all, or from taking the index of another
// condition: tests outside of it choose no index.
const unreached = 1_000_000_000;

/** The rows that meet the condition of the driver, and the tests of the other conditions on them. */
export function gatheredRows(
  runner: SqlRunner,
  selection: Selection,
  driver: Driver,
): { rows: Sql; tests: Sql[] } {
  const { tables, conditions } = selection;
  const others = conditions.filter((condition) => condition !== driver.condition);
  const found = driverTest(runner, tables, driver);
  return {
    rows: sql`${rowsFor(selection, others)} WHERE ${found} LIMIT ${unreached}`,
    tests: others.map((condition) => testOf(tables, condition)),
  };
}

/** Selects the id and the sort key of rows, and the columns that these conditions test. */
export function rowsFor({ tables, order }: Selection, tested: readonly Condition[]): Sql {
  const columns = new Set(tested.flatMap((condition) => (isFound(condition) ? [] : [condition.column])));
  columns.delete('id');
  const selected = joined([sql`id`, sql`${nameOf(order.column)} AS key`, ...[...columns].map(nameOf)], ', ');
  return sql`SELECT ${selected} FROM ${nameOf(tables.rows)}`;
}

/** The test that finds the rows that meet the condition of the driver. */
function driverTest(runner: SqlRunner, tables: ListTables, { condition, isFew }: Driver): Sql {
  if (!isFound(condition)) return columnMeets(condition, nameOf(condition.column));
  const ids = idsMeeting(tables, condition);
  // Postgres would read the whole table for a thousand of 200,000 rows. An array makes it look up each row.
  return isFew && isPostgres(runner) ? sql`id = ANY (ARRAY (${ids}))` : sql`id IN (${ids})`;
}
