import { z } from 'zod';
import { columnMeets, idsMeeting, isFound, type Condition } from './condition.js';
import { canDrive, type Selection } from './selection.js';
import { nameOf, runSql, sql, type Sql, type SqlRunner } from '../database/sql.js';

const countsSchema = z.array(z.object({ count: z.coerce.number() }));

/**
 * The condition that the fewest resources meet, at most `max`; null if each is met by more. 'none' if no
 * resource meets one of them, so that the list is empty.
 */
export async function findDriver(
  runner: SqlRunner,
  selection: Selection,
  max: number,
): Promise<Condition | null | 'none'> {
  let best: { condition: Condition; found: number } | null = null;
  for (const condition of selection.conditions) {
    if (!canDrive(selection, condition)) continue;
    const found = await countOf(runner, boundedCount(selection, condition, max));
    if (found === 0) return 'none';
    if (found <= (best?.found ?? max)) best = { condition, found };
  }
  return best?.condition ?? null;
}

/** The result of a statement that selects one `count`. */
export async function countOf(runner: SqlRunner, statement: Sql): Promise<number> {
  return countsSchema.parse(await runSql(runner, statement))[0]?.count ?? 0;
}

function boundedCount({ tables }: Selection, condition: Condition, max: number): Sql {
  const found = isFound(condition)
    ? idsMeeting(tables, condition)
    : sql`SELECT id FROM ${nameOf(tables.rows)} WHERE ${columnMeets(condition, nameOf(condition.column))}`;
  return sql`SELECT count(*) AS count FROM (${found} LIMIT ${max + 1}) AS found`;
}
