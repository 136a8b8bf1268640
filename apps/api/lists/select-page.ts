import type { EntityManager } from 'typeorm';
import { z } from 'zod';
import {
  columnMeeting,
  hasTerm,
  idAmongTerms,
  isOnTerms,
  termsMeeting,
  type Condition,
} from './condition.js';
import type { ListTables } from './listing.js';
import { joined, nameOf, runSql, sql, type Sql } from './sql.js';

/** What a list selects, and its order. */
export interface Selection {
  tables: ListTables;
  /** See `Listing`. */
  indexed: readonly string[];
  sortedInTenant: string | null;
  conditions: readonly Condition[];
  order: { column: string; isDescending: boolean };
}

/** The place of a resource in a list. */
export interface Position {
  key: string;
  id: string;
}

// So many rows are found by a condition and sorted within a few milliseconds. If a condition meets more rows,
// each page of the sorted rows contains enough of them.
const maxGathered = 4000;

const positionsSchema = z.array(z.object({ key: z.string(), id: z.string() }));
const countsSchema = z.array(z.object({ count: z.coerce.number() }));

/** Up to `limit` resources after a position, in order. */
export async function selectPage(
  manager: EntityManager,
  selection: Selection,
  after: Position | null,
  limit: number,
): Promise<Position[]> {
  const driver = await driverOf(manager, selection);
  if (driver === 'none') return [];
  const statement = pageStatement(manager, selection, driver, after, limit);
  return positionsSchema.parse(await runSql(manager, statement));
}

/** How many resources the list has. */
export async function countAll(manager: EntityManager, selection: Selection): Promise<number> {
  const driver = await driverOf(manager, selection);
  return driver === 'none' ? 0 : count(manager, countStatement(manager, selection, driver));
}

/**
 * The condition that finds the fewest resources by an index, if few enough to sort them; null: walk the order
 * and test each resource.
 */
async function driverOf(manager: EntityManager, selection: Selection): Promise<Condition | null | 'none'> {
  let best: { condition: Condition; found: number } | null = null;
  for (const condition of selection.conditions) {
    if (!isSelective(selection, condition) || isInOrder(selection, condition)) continue;
    const found = await count(manager, boundedCount(selection, condition));
    if (found === 0) return 'none';
    if (found <= Math.min(maxGathered, best?.found ?? maxGathered)) best = { condition, found };
  }
  return best?.condition ?? null;
}

function isSelective({ indexed }: Selection, condition: Condition): boolean {
  return isOnTerms(condition) || indexed.includes(condition.column);
}

/** Whether the resources that meet the condition are adjacent in the order of the list. */
function isInOrder({ order, sortedInTenant }: Selection, condition: Condition): boolean {
  if (isOnTerms(condition)) return false;
  if (condition.column === 'tenantId') return order.column === sortedInTenant;
  return condition.column === order.column;
}

function boundedCount({ tables }: Selection, condition: Condition): Sql {
  const found = isOnTerms(condition)
    ? sql`SELECT 1 FROM ${nameOf(tables.terms)} WHERE ${termsMeeting(condition)}`
    : sql`SELECT 1 FROM ${nameOf(tables.rows)} WHERE ${columnMeeting(condition, nameOf(condition.column))}`;
  return sql`SELECT count(*) AS count FROM (${found} LIMIT ${maxGathered + 1}) AS found`;
}

/** The statement of a page. */
export function pageStatement(
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
  const where = conditions.length === 0 ? sql`` : sql` WHERE ${joined(conditions, ' AND ')}`;
  const rows = sql`SELECT id, ${column} AS key FROM ${nameOf(tables.rows)}${where}`;
  if (driver === null) {
    return sql`${rows} ORDER BY ${column} ${direction}, id ${direction} LIMIT ${limit}`;
  }
  // The bound, which is never reached, keeps both databases from walking the order after all.
  const gathered = sql`SELECT id, key FROM (${rows} LIMIT ${maxGathered + 1}) AS gathered`;
  return sql`${gathered} ORDER BY key ${direction}, id ${direction} LIMIT ${limit}`;
}

function countStatement(manager: EntityManager, selection: Selection, driver: Condition | null): Sql {
  const conditions = conditionsOf(manager, selection, driver);
  const where = conditions.length === 0 ? sql`` : sql` WHERE ${joined(conditions, ' AND ')}`;
  return sql`SELECT count(*) AS count FROM ${nameOf(selection.tables.rows)}${where}`;
}

function conditionsOf(manager: EntityManager, selection: Selection, driver: Condition | null): Sql[] {
  const { tables, indexed, conditions } = selection;
  return conditions.map((condition) => {
    if (isOnTerms(condition)) {
      return condition === driver ? idAmongTerms(tables, condition) : hasTerm(tables, condition);
    }
    const column = nameOf(condition.column);
    const isFree = condition === driver || !indexed.includes(condition.column);
    if (isFree || (driver === null && isInOrder(selection, condition))) {
      return columnMeeting(condition, column);
    }
    return columnMeeting(condition, unindexed(manager, column));
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
