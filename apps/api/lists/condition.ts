import type { ListTables } from './listing.js';
import { nameOf, sql, type Sql } from './sql.js';

/**
 * One condition of a list: on a column of the listed rows, or on the terms of a resource, which has a term
 * that is equal or begins with a text.
 */
export type Condition =
  | { kind: 'equal'; column: string; value: string | boolean }
  | { kind: 'before'; column: string; value: string }
  | { kind: 'term'; term: string }
  | { kind: 'termPrefix'; start: string };

/** A value for a column that is null where the query has no such filter. */
export function equalTo(column: string, value: string | boolean | null | undefined): Condition[] {
  return value === undefined || value === null ? [] : [{ kind: 'equal', column, value }];
}

/** The terms that a query of words must find: each word is the beginning of a word of the resource. */
export function foundBy(words: readonly string[] | undefined): Condition[] {
  return (words ?? []).map((word) => ({ kind: 'termPrefix', start: wordTerm(word) }));
}

export function wordTerm(word: string): string {
  return `word:${word}`;
}

/** Whether a condition is about terms. */
export function isOnTerms(condition: Condition): condition is Extract<Condition, { kind: `term${string}` }> {
  return condition.kind === 'term' || condition.kind === 'termPrefix';
}

/** Rows of the table of terms that meet a condition. */
export function termsMeeting(condition: Extract<Condition, { kind: `term${string}` }>): Sql {
  if (condition.kind === 'term') return sql`term = ${condition.term}`;
  // No character sorts after U+10FFFF, in bytes of UTF-8 too.
  return sql`term >= ${condition.start} AND term < ${`${condition.start}\u{10ffff}`}`;
}

/** Resources that meet a condition on a column, which `column` names in the statement. */
export function columnMeeting(condition: Exclude<Condition, { kind: `term${string}` }>, column: Sql): Sql {
  return condition.kind === 'equal'
    ? sql`${column} = ${condition.value}`
    : sql`${column} < ${condition.value}`;
}

/** Reads the terms once, and finds the resources by their ids. */
export function idAmongTerms(
  { terms }: ListTables,
  condition: Extract<Condition, { kind: `term${string}` }>,
): Sql {
  return sql`id IN (SELECT id FROM ${nameOf(terms)} WHERE ${termsMeeting(condition)})`;
}

/** Looks up the terms of each resource in turn. */
export function hasTerm(
  { rows, terms }: ListTables,
  condition: Extract<Condition, { kind: `term${string}` }>,
): Sql {
  return sql`EXISTS (SELECT 1 FROM ${nameOf(terms)} AS term_of WHERE term_of.id = ${nameOf(rows)}.id AND ${termsMeeting(condition)})`;
}
