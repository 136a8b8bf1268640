import { z } from 'zod';
import { findDriver } from './find-driver.js';
import { gatheredRows, rowsFor, type Driver } from './gathered-rows.js';
import { testOf, testsInOrder } from './row-tests.js';
import { canDrive, isInOrder, type Position, type Selection } from './selection.js';
import { nameOf, runSql, sql, whereAll, type Sql, type SqlRunner } from './sql.js';

/** The part of a list that one page shows. */
interface Page {
  selection: Selection;
  after: Position | null;
  limit: number;
}

const positionsSchema = z.array(z.object({ key: z.string(), id: z.string() }));

/**
 * Up to `limit` resources after a position, in order. If few resources meet a condition, they are gathered
 * and sorted. Otherwise a part of the order is walked, which usually has enough that meet all conditions; if
 * not, more resources are gathered, and only if too many meet each condition, the rest is walked.
 */
export async function selectPage(
  runner: SqlRunner,
  selection: Selection,
  after: Position | null,
  limit: number,
): Promise<Position[]> {
  const { conditions, bounds } = selection;
  const page = { selection, after, limit };
  const run = async (statement: Sql): Promise<Position[]> =>
    positionsSchema.parse(await runSql(runner, statement));
  if (!conditions.some((condition) => canDrive(selection, condition))) return run(walkOf(runner, page));

  const ofFew = await findDriver(runner, selection, bounds.few);
  if (ofFew === 'none') return [];
  if (ofFew !== null) return run(gatheredBy(runner, page, { condition: ofFew, isFew: true }));
  const walked = await run(startOfWalk(page));
  if (walked.length === limit) return walked;
  const ofMany = await findDriver(runner, selection, bounds.many);
  if (ofMany === 'none') return [];
  return run(
    ofMany === null ? walkOf(runner, page) : gatheredBy(runner, page, { condition: ofMany, isFew: false }),
  );
}

/** Walks the order until the page is full. */
function walkOf(runner: SqlRunner, { selection, after, limit }: Page): Sql {
  const { tables, order } = selection;
  const column = nameOf(order.column);
  const tests = [...testsInOrder(runner, selection), ...following(selection, column, after)];
  const rows = sql`SELECT id, ${column} AS key FROM ${nameOf(tables.rows)} AS listed${whereAll(tests)}`;
  return sql`${rows}${sorted(selection, column, limit)}`;
}

/** Walks the next rows in the order, and tests each. */
function startOfWalk({ selection, after, limit }: Page): Sql {
  const { tables, order, conditions, bounds } = selection;
  const column = nameOf(order.column);
  const adjacent = conditions.filter((condition) => isInOrder(selection, condition));
  const others = conditions.filter((condition) => !isInOrder(selection, condition));
  const next = [
    ...adjacent.map((condition) => testOf(tables, condition)),
    ...following(selection, column, after),
  ];
  const walked = sql`${rowsFor(selection, others)}${whereAll(next)}${sorted(selection, column, bounds.walked)}`;
  return pageOf(selection, walked, whereAll(others.map((condition) => testOf(tables, condition))), limit);
}

/** Gathers the resources that meet the condition of the driver, and sorts those that meet all. */
function gatheredBy(runner: SqlRunner, { selection, after, limit }: Page, driver: Driver): Sql {
  const { rows, tests } = gatheredRows(runner, selection, driver);
  return pageOf(selection, rows, whereAll([...tests, ...following(selection, sql`key`, after)]), limit);
}

function pageOf(selection: Selection, rows: Sql, where: Sql, limit: number): Sql {
  return sql`SELECT id, key FROM (${rows}) AS listed${where}${sorted(selection, sql`key`, limit)}`;
}

function sorted({ order }: Selection, key: Sql, limit: number): Sql {
  const direction = order.isDescending ? sql`DESC` : sql`ASC`;
  return sql` ORDER BY ${key} ${direction}, id ${direction} LIMIT ${limit}`;
}

function following({ order }: Selection, key: Sql, after: Position | null): Sql[] {
  if (after === null) return [];
  const comparison = order.isDescending ? sql`<` : sql`>`;
  return [sql`(${key}, id) ${comparison} (${after.key}, ${after.id})`];
}
