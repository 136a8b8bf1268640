import type { EntityManager } from 'typeorm';
import { z } from 'zod';
import { columnMeets, idsMeeting, isFound, rowMeets, type Condition } from './condition.js';
import type { Listing } from './listing.js';
import { joined, nameOf, runSql, sql, type Sql } from './sql.js';

/** What a list selects, and its order. */
export interface Selection extends ListColumns {
  conditions: readonly Condition[];
  order: { column: string; isDescending: boolean };
  /** The maximum number of rows that are gathered and sorted; of more, the order is walked. */
  maxGathered: number;
}

type ListColumns = Pick<Listing<never>, 'tables' | 'indexed' | 'sortedInTenant'>;

// So many rows are gathered and sorted within tens of milliseconds. Of more rows each part of the order
// usually has enough; with a bound of 4,000, rows that all came last in the order took half a second for a
// page.
const defaultMaxGathered = 20_000;

/** The selection of a list by these conditions; `sort` is a column, after `-` in descending order. */
export function selectionOf(
  { tables, indexed, sortedInTenant }: ListColumns,
  sort: string,
  conditions: readonly Condition[],
  maxGathered = defaultMaxGathered,
): Selection {
  const order = { column: sort.replace('-', ''), isDescending: sort.startsWith('-') };
  return { tables, indexed, sortedInTenant, conditions, order, maxGathered };
}

/** The place of a resource in a list. */
export interface Position {
  key: string;
  id: string;
}

const positionsSchema = z.array(z.object({ key: z.string(), id: z.string() }));
const countsSchema = z.array(z.object({ count: z.coerce.number() }));

/** Up to `limit` resources after a position, in order. */
export async function selectPage(
  manager: EntityManager,
  selection: Selection,
  after: Position | null,
  limit: number,
): Promise<Position[]> {
  const statement = await pageStatement(manager, selection, after, limit);
  return statement === null ? [] : positionsSchema.parse(await runSql(manager, statement));
}

/** The statement that finds a page; null when an index already shows that the list is empty. */
export async function pageStatement(
  manager: EntityManager,
  selection: Selection,
  after: Position | null,
  limit: number,
): Promise<Sql | null> {
  const driver = await driverOf(manager, selection);
  return driver === 'none' ? null : statementOf(manager, selection, driver, after, limit);
}

/** How many resources the list has. */
export async function countAll(manager: EntityManager, selection: Selection): Promise<number> {
  const driver = await driverOf(manager, selection);
  return driver === 'none' ? 0 : count(manager, countStatement(manager, selection, driver));
}

/**
 * The condition that finds the fewest resources by an index, if few enough to sort them; null: walk the order
 * and test each resource. 'none' if a condition finds no resource, so that the list is empty.
 */
async function driverOf(manager: EntityManager, selection: Selection): Promise<Condition | null | 'none'> {
  let best: { condition: Condition; found: number } | null = null;
  for (const condition of selection.conditions) {
    if (!isSelective(selection, condition) || isInOrder(selection, condition)) continue;
    const found = await count(manager, boundedCount(selection, condition));
    if (found === 0) return 'none';
    if (found <= (best?.found ?? selection.maxGathered)) best = { condition, found };
  }
  return best?.condition ?? null;
}

function isSelective({ indexed }: Selection, condition: Condition): boolean {
  return isFound(condition) || indexed.includes(condition.column);
}

/** Whether the resources that meet the condition are adjacent in the order of the list. */
function isInOrder({ order, sortedInTenant }: Selection, condition: Condition): boolean {
  if (isFound(condition)) return false;
  if (condition.column === 'tenantId') return order.column === sortedInTenant;
  return condition.column === order.column;
}

function boundedCount({ tables, maxGathered }: Selection, condition: Condition): Sql {
  const found = isFound(condition)
    ? idsMeeting(tables, condition)
    : sql`SELECT id FROM ${nameOf(tables.rows)} WHERE ${columnMeets(condition, nameOf(condition.column))}`;
  return sql`SELECT count(*) AS count FROM (${found} LIMIT ${maxGathered + 1}) AS found`;
}

function statementOf(
  manager: EntityManager,
  selection: Selection,
  driver: Condition | null,
  after: Position | null,
  limit: number,
): Sql {
  const { tables, order } = selection;
  const column = nameOf(order.column);
  const direction = order.isDescending ? sql`DESC` : sql`ASC`;
  const comparison = order.isDescending ? sql`<` : sql`>`;
  const conditions = conditionsOf(manager, selection, driver);
  if (after !== null) conditions.push(sql`(${column}, id) ${comparison} (${after.key}, ${after.id})`);
  const rows = sql`SELECT id, ${column} AS key FROM ${nameOf(tables.rows)}${whereAll(conditions)}`;
  if (driver === null) {
    return sql`${rows} ORDER BY ${column} ${direction}, id ${direction} LIMIT ${limit}`;
  }
  // The bound, which is never reached, keeps both databases from walking the order after all.
  const gathered = sql`SELECT id, key FROM (${rows} LIMIT ${selection.maxGathered + 1}) AS gathered`;
  return sql`${gathered} ORDER BY key ${direction}, id ${direction} LIMIT ${limit}`;
}

function countStatement(manager: EntityManager, selection: Selection, driver: Condition | null): Sql {
  const conditions = conditionsOf(manager, selection, driver);
  return sql`SELECT count(*) AS count FROM ${nameOf(selection.tables.rows)}${whereAll(conditions)}`;
}

function whereAll(conditions: readonly Sql[]): Sql {
  return conditions.length === 0 ? sql`` : sql` WHERE ${joined(conditions, ' AND ')}`;
}

function conditionsOf(manager: EntityManager, selection: Selection, driver: Condition | null): Sql[] {
  const { tables, indexed, conditions } = selection;
  return conditions.map((condition) => {
    if (isFound(condition)) {
      return condition === driver
        ? sql`id IN (${idsMeeting(tables, condition)})`
        : rowMeets(tables, condition);
    }
    const column = nameOf(condition.column);
    const isFree = condition === driver || !indexed.includes(condition.column);
    if (isFree || (driver === null && isInOrder(selection, condition))) {
      return columnMeets(condition, column);
    }
    return columnMeets(condition, unindexed(manager, column));
  });
}

// SQLite, which has no statistics, would take any index with an equal column. A unary plus keeps it from that
// (https://www.sqlite.org/optoverview.html). Postgres decides by its statistics.
function unindexed(manager: EntityManager, column: Sql): Sql {
  return manager.connection.options.type === 'postgres' ? column : sql`+${column}`;
}

async function count(manager: EntityManager, statement: Sql): Promise<number> {
  return countsSchema.parse(await runSql(manager, statement))[0]?.count ?? 0;
}
