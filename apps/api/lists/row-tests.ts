import { columnMeets, idMeets, isFound, type Condition } from './condition.js';
import type { ListTables } from './listing.js';
import { isInOrder, type Selection } from './selection.js';
import { isPostgres, nameOf, sql, type Sql, type SqlRunner } from '../database/sql.js';

/** The test of one condition on a row of `listed`. */
export function testOf(tables: ListTables, condition: Condition): Sql {
  return isFound(condition)
    ? idMeets(tables, condition, sql`listed.id`)
    : columnMeets(condition, nameOf(condition.column));
}

/** The tests of all conditions on rows of `listed` that are found in the order of the list. */
export function testsInOrder(runner: SqlRunner, selection: Selection): Sql[] {
  const { tables, indexed, conditions } = selection;
  return conditions.map((condition) => {
    const isFree = isFound(condition) || !indexed.includes(condition.column);
    if (isFree || isInOrder(selection, condition)) return testOf(tables, condition);
    return columnMeets(condition, unindexed(runner, nameOf(condition.column)));
  });
}

/**
 * A column for whose conditions SQLite takes no index: it has no statistics, and would take any index with an
 * equal column (a unary plus, https://www.sqlite.org/optoverview.html). Postgres decides by its statistics.
 */
export function unindexed(runner: SqlRunner, column: Sql): Sql {
  return isPostgres(runner) ? column : sql`+${column}`;
}
