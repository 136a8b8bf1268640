import { createHash } from 'node:crypto';
import { z } from 'zod';
import { idSchema } from '#libs/contract';
import { ProblemError } from '../http/problem-error.js';

/** A place in a list: the value by which it is sorted, and the id of a connection. */
export interface CursorPlace {
  value: number;
  id: string;
}

const cursorSchema = z.tuple([z.string(), z.number(), idSchema('connection')]);

/** The cursor of the page after a place; it is valid for lists with the same filter and order only. */
export function connectionCursor(query: object, { value, id }: CursorPlace): string {
  return Buffer.from(JSON.stringify([digestOf(query), value, id])).toString('base64url');
}

/** The place of a cursor; null for the first page. Throws `invalid_cursor`. */
export function placeOf(query: object, cursor: string | undefined): CursorPlace | null {
  if (cursor === undefined) return null;
  const parsed = cursorSchema.safeParse(contentOf(cursor)).data;
  if (parsed === undefined) throw refusal('expected the nextCursor of an earlier answer');
  const [digest, value, id] = parsed;
  if (digest === digestOf(query)) return { value, id };
  throw refusal('expected the nextCursor of a list with this filter and sort');
}

function contentOf(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    return null;
  }
}

// `limit` and the cursor itself may change from page to page.
function digestOf(query: object): string {
  const fields = Object.entries(query).filter(([name]) => name !== 'limit' && name !== 'cursor');
  const text = JSON.stringify(fields.sort(([one], [other]) => (one < other ? -1 : 1)));
  return createHash('sha256').update(text).digest('base64url').slice(0, 8);
}

function refusal(message: string): ProblemError {
  return new ProblemError('invalid_cursor', { errors: [{ field: 'cursor', message }] });
}
