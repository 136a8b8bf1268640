import type { ListTables } from './listing.js';
import { joined, nameOf, sql, valueOf, type Sql } from '../database/sql.js';

/** A condition on a column of the listed rows. */
export type ColumnCondition =
  | { kind: 'equal'; column: string; value: string | boolean }
  | { kind: 'oneOf'; column: string; values: readonly string[] }
  | { kind: 'before'; column: string; value: string };

/**
 * A condition on the terms or labels of a resource: it has a term, a term that begins with a text, or a label
 * with this value or, with null, any value.
 */
export type FoundCondition =
  | { kind: 'term'; term: string }
  | { kind: 'termPrefix'; start: string }
  | { kind: 'label'; name: string; value: string | null };

/** One condition of a list; all of them must be met. */
export type Condition = ColumnCondition | FoundCondition;

/** The condition that a column has this value; none if the query has no such filter. */
export function equalTo(column: string, value: string | boolean | null | undefined): Condition[] {
  return value === undefined || value === null ? [] : [{ kind: 'equal', column, value }];
}

/** The condition that a column has one of these values; none for null. */
export function oneOf(column: string, values: readonly string[] | null): Condition[] {
  if (values === null) return [];
  const [only] = values;
  return values.length === 1 ? equalTo(column, only) : [{ kind: 'oneOf', column, values }];
}

/** The conditions of a text search: each word is the beginning of a word of the resource. */
export function foundBy(words: readonly string[] | undefined): Condition[] {
  return (words ?? []).map((word) => ({ kind: 'termPrefix', start: wordTerm(word) }));
}

export function wordTerm(word: string): string {
  return `word:${word}`;
}

/** Whether a condition is on terms or labels, and not on a column. */
export function isFound(condition: Condition): condition is FoundCondition {
  return !('column' in condition);
}

/** A condition on a column; `column` is its name or expression in the statement. */
export function columnMeets(condition: ColumnCondition, column: Sql): Sql {
  switch (condition.kind) {
    case 'equal':
      return sql`${column} = ${condition.value}`;
    case 'oneOf':
      return sql`${column} IN (${joined(condition.values.map(valueOf), ', ')})`;
    case 'before':
      return sql`${column} < ${condition.value}`;
  }
}

/** The ids of the resources that meet a condition; an id may be repeated unless they are distinct. */
export function idsMeeting(tables: ListTables, condition: FoundCondition, isDistinct = false): Sql {
  const { table, id, where } = sourceOf(tables, condition);
  return sql`SELECT ${isDistinct ? sql`DISTINCT ` : sql``}${id} FROM ${table} WHERE ${where}`;
}

/**
 * Whether the resource of a row with this id meets a condition: looks only at its own terms or labels. A
 * subquery for a value, unlike EXISTS, keeps Postgres from reading all resources that meet the condition
 * into a hash table, which takes long if they are many.
 */
export function idMeets(tables: ListTables, condition: FoundCondition, rowId: Sql): Sql {
  const { table, id, where } = sourceOf(tables, condition);
  return sql`(SELECT 1 FROM ${table} WHERE ${id} = ${rowId} AND ${where} LIMIT 1) = 1`;
}

function sourceOf(tables: ListTables, condition: FoundCondition): { table: Sql; id: Sql; where: Sql } {
  if (condition.kind === 'label') {
    const { name, value } = condition;
    const ofName = sql`kind = ${tables.labelKind} AND name = ${name}`;
    const where = value === null ? ofName : sql`${ofName} AND value = ${value}`;
    return { table: nameOf('resource_labels'), id: nameOf('resourceId'), where };
  }
  const table = nameOf(tables.terms);
  const where = condition.kind === 'term' ? sql`term = ${condition.term}` : beginsWith(condition.start);
  return { table, id: sql`${table}.id`, where };
}

// No character sorts after U+10FFFF, in bytes of UTF-8 too.
function beginsWith(start: string): Sql {
  return sql`term >= ${start} AND term < ${`${start}\u{10ffff}`}`;
}
