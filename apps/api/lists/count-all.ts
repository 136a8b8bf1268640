import { columnMeets, idsMeeting, isFound } from './condition.js';
import { countOf, findDriver } from './find-driver.js';
import { gatheredRows } from './gathered-rows.js';
import { unindexed } from './row-tests.js';
import type { Selection } from './selection.js';
import { nameOf, sql, whereAll, type Sql, type SqlRunner } from '../database/sql.js';

/** How many resources the list has. */
export async function countAll(runner: SqlRunner, selection: Selection): Promise<number> {
  const { tables, conditions, bounds } = selection;
  const [only] = conditions;
  if (only !== undefined && conditions.length === 1 && isFound(only)) {
    return countOf(runner, sql`SELECT count(*) AS count FROM (${idsMeeting(tables, only, true)}) AS found`);
  }
  const driver = await findDriver(runner, selection, bounds.many);
  if (driver === 'none') return 0;
  if (driver === null) {
    const all = sql`SELECT count(*) AS count FROM ${nameOf(tables.rows)} AS listed`;
    return countOf(runner, sql`${all}${whereAll(setTestsOf(runner, selection))}`);
  }
  const { rows, tests } = gatheredRows(runner, selection, { condition: driver, isFew: false });
  return countOf(runner, sql`SELECT count(*) AS count FROM (${rows}) AS listed${whereAll(tests)}`);
}

// For all rows, a set of the many resources that meet a condition is faster than a look-up for each row.
function setTestsOf(runner: SqlRunner, { tables, conditions }: Selection): Sql[] {
  return conditions.map((condition) =>
    isFound(condition)
      ? sql`${unindexed(runner, nameOf('id'))} IN (${idsMeeting(tables, condition)})`
      : columnMeets(condition, nameOf(condition.column)),
  );
}
