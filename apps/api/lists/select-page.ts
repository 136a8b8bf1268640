import { idsMeeting, isFound, type Condition, type FoundCondition } from './condition.js';
import { findDriver } from './find-driver.js';
import { gatheredRows, rowsFor, type Driver } from './gathered-rows.js';
import { testOf, testsInOrder } from './row-tests.js';
import { canDrive, isInOrder, type Position, type Selection } from './selection.js';
import { isPostgres, nameOf, sql, whereAll, type Sql, type SqlRunner } from '../database/sql.js';

/** The part of a list that one page shows: up to `limit` resources after a position. */
export interface PagePlace {
  selection: Selection;
  after: Position | null;
  limit: number;
}

/**
 * Up to `limit` resources after a position, in order; `run` reads those that a statement selects with their
 * `id` and `key`. If few resources meet a condition, they are gathered
 * and sorted. Otherwise a part of the order is walked, which usually has enough that meet all conditions; if
 * it has almost enough, a longer part is. If not, more resources are found by their condition, and only if
 * too many meet each condition, the rest is walked.
 */
export async function selectPage<Found>(
  runner: SqlRunner,
  page: PagePlace,
  run: (positions: Sql) => Promise<Found[]>,
): Promise<Found[]> {
  const { selection, limit } = page;
  const { conditions, bounds } = selection;
  if (!conditions.some((condition) => canDrive(selection, condition))) return run(walkOf(runner, page));

  const ofFew = await findDriver(runner, selection, bounds.few);
  if (ofFew === 'none') return [];
  if (ofFew !== null) return run(gatheredBy(runner, page, { condition: ofFew, isFew: true }));
  const walked = await run(startOfWalk(page, bounds.walked));
  if (walked.length === limit) return walked;
  const enough = rowsForPage(bounds.walked, walked.length, limit);
  const further = enough === null ? [] : await run(startOfWalk(page, enough));
  if (further.length === limit) return further;
  const ofMany = await findDriver(runner, selection, bounds.many);
  if (ofMany === 'none') return [];
  return run(foundByMany(runner, page, ofMany));
}

/**
 * Finds the page by a condition that many resources meet, or by none. Postgres takes 90 ms to join and sort
 * 50,000 rows, and 30 to 65 to walk the order with their ids in a hash table; SQLite 60 ms, and 30 to 110.
 */
function foundByMany(runner: SqlRunner, page: PagePlace, condition: Condition | null): Sql {
  if (condition === null) return walkOf(runner, page);
  if (isPostgres(runner) && isFound(condition)) return walkOf(runner, page, condition);
  return gatheredBy(runner, page, { condition, isFew: false });
}

/** Walks the order until the page is full. The ids that meet a condition of `many` are read at once. */
function walkOf(runner: SqlRunner, { selection, after, limit }: PagePlace, many?: FoundCondition): Sql {
  const { tables, order, conditions } = selection;
  const column = nameOf(order.column);
  const tested = { ...selection, conditions: conditions.filter((condition) => condition !== many) };
  const tests = [
    ...(many === undefined ? [] : [isAmong(selection, many)]),
    ...testsInOrder(runner, tested),
    ...following(selection, column, after),
  ];
  const rows = sql`SELECT id, ${column} AS key FROM ${nameOf(tables.rows)} AS listed${whereAll(tests)}`;
  return sql`${rows}${sorted(selection, column, limit)}`;
}

/**
 * Postgres makes a hash table of the ids: within COALESCE it does not turn the test into a join, and the
 * bound keeps it from assuming that they do not fit into `work_mem`.
 */
function isAmong({ tables, bounds }: Selection, condition: FoundCondition): Sql {
  return sql`COALESCE(id IN (${idsMeeting(tables, condition)} LIMIT ${bounds.many + 1}), false)`;
}

/**
 * How many rows probably have a page if `walked` rows have this number of matches; null if it is not worth to
 * walk so many: to find and sort 30,000 rows takes SQLite 85 ms, and a walk of 5,000 rows 8 ms.
 */
function rowsForPage(walked: number, found: number, limit: number): number | null {
  const rows = Math.ceil((1.5 * walked * limit) / found);
  return rows <= 5 * walked ? rows : null;
}

/** Walks this number of rows in the order, and tests each. */
function startOfWalk({ selection, after, limit }: PagePlace, rows: number): Sql {
  const { tables, order, conditions } = selection;
  const column = nameOf(order.column);
  const adjacent = conditions.filter((condition) => isInOrder(selection, condition));
  const others = conditions.filter((condition) => !isInOrder(selection, condition));
  const next = [
    ...adjacent.map((condition) => testOf(tables, condition)),
    ...following(selection, column, after),
  ];
  const walked = sql`${rowsFor(selection, others)}${whereAll(next)}${sorted(selection, column, rows)}`;
  return pageOf(selection, walked, whereAll(others.map((condition) => testOf(tables, condition))), limit);
}

/** Gathers the resources that meet the condition of the driver, and sorts those that meet all. */
function gatheredBy(runner: SqlRunner, { selection, after, limit }: PagePlace, driver: Driver): Sql {
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
