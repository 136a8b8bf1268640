import { createHash } from 'node:crypto';
import { z } from 'zod';
import { ProblemError } from '../http/problem-error.js';
import type { Position, Selection } from './selection.js';

/** The longest cursor: a sort key of 100 characters in UTF-8, in JSON, in base64url. */
export const maxCursorLength = 1200;

const cursorSchema = z.tuple([z.string(), z.string().max(1000), z.string().max(50)]);

/** The cursor of the page after a position; it is valid for lists with this filter and order only. */
export function cursorAfter(selection: Selection, { key, id }: Position): string {
  return Buffer.from(JSON.stringify([digestOf(selection), key, id])).toString('base64url');
}

/** The position of a cursor; null for the first page. Throws `invalid_cursor`. */
export function positionOf(selection: Selection, cursor: string | undefined): Position | null {
  if (cursor === undefined) return null;
  const [digest, key, id] = cursorSchema.safeParse(parsed(cursor)).data ?? [];
  if (digest === undefined || key === undefined || id === undefined) throw refusal(notFromHere);
  const position = { key, id };
  if (digest !== digestOf(selection)) throw refusal('the nextCursor of a list with another filter or sort');
  // A cursor that was not made here may have text that Postgres refuses.
  if (cursorAfter(selection, position) !== cursor || /[\0\p{Cs}]/u.test(key + id)) throw refusal(notFromHere);
  return position;
}

const notFromHere = 'expected the nextCursor of an earlier answer';

function parsed(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    return null;
  }
}

function digestOf({ tables, conditions, order }: Selection): string {
  const text = JSON.stringify([tables.rows, conditions, order]);
  return createHash('sha256').update(text).digest('base64url').slice(0, 8);
}

function refusal(message: string): ProblemError {
  return new ProblemError('invalid_cursor', { errors: [{ field: 'cursor', message }] });
}
