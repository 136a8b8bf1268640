import { z } from 'zod';
import { idSchema, type IdKind } from '#libs/contract';
import { ProblemError } from './problem-error.js';
import { queryNumberSchema } from './query-number.js';

/** The query parameters of a list. */
export const pageQuerySchema = z.strictObject({
  limit: queryNumberSchema(z.int().min(1).max(200))
    .default(50)
    .meta({ description: 'Maximum number of items', example: 50 }),
  cursor: z.string().max(200).optional().meta({ description: 'The `nextCursor` of the previous page' }),
});

export type PageQuery = z.output<typeof pageQuerySchema>;

/** One page of a list; `nextCursor` is null on the last one. */
export interface Page<Item> {
  items: Item[];
  nextCursor: string | null;
}

/** The id after which a page starts; throws `invalid_cursor`. */
export function pageStart(kind: IdKind, cursor: string | undefined): string {
  if (cursor === undefined) return '';
  const id = Buffer.from(cursor, 'base64url').toString('latin1');
  if (idSchema(kind).safeParse(id).success && encodeCursor(id) === cursor) return id;
  throw new ProblemError('invalid_cursor', {
    errors: [{ field: 'cursor', message: 'expected the nextCursor of an earlier answer' }],
  });
}

/** Makes a page of up to `limit` + 1 rows sorted by id; the extra row means that there is a next page. */
export function toPage<Row extends { id: string }, Item>(
  rows: readonly Row[],
  limit: number,
  toItem: (row: Row) => Item,
): Page<Item> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const hasMore = rows.length > limit && last !== undefined;
  return { items: shown.map(toItem), nextCursor: hasMore ? encodeCursor(last.id) : null };
}

/** The schema of a page, for the OpenAPI document. */
export function pageSchemaOf(item: z.ZodType, id: string): z.ZodType {
  return z
    .strictObject({
      items: z.array(item).meta({ description: 'The items of this page, sorted by id' }),
      nextCursor: z
        .string()
        .nullable()
        .meta({ description: 'Cursor of the next page; null means that this is the last page' }),
    })
    .meta({ id });
}

function encodeCursor(id: string): string {
  return Buffer.from(id, 'latin1').toString('base64url');
}
