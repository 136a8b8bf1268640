import { z } from 'zod';
import { queryFlagSchema } from '../http/query-flag.js';
import { queryNumberSchema } from '../http/query-number.js';
import { maxCursorLength } from './cursor.js';
import { labelFilterSchema } from './label-filter.js';
import { searchWords } from './search-words.js';

const maxSearchLength = 200;
const maxSearchWords = 8;

const searchSchema = z
  .string()
  .max(maxSearchLength)
  .transform(searchWords)
  .refine((words) => words.length > 0, { error: 'expected at least one letter or digit' })
  .refine((words) => words.length <= maxSearchWords, { error: `expected at most ${maxSearchWords} words` });

/** The query parameters of every list, with the fields by which it sorts: the first is the default. */
export function listFields(sorts: readonly [string, ...string[]], searched: string): ListFields {
  const orders = sorts.flatMap((sort) => [sort, `-${sort}`]);
  return {
    limit: queryNumberSchema(z.int().min(1).max(200))
      .default(50)
      .meta({ description: 'Maximum number of items', example: 50 }),
    cursor: z.string().max(maxCursorLength).optional().meta({
      description: 'The `nextCursor` of the previous page, with the same filter and `sort`',
    }),
    sort: z
      .enum(orders)
      .default(sorts[0])
      .meta({ description: 'The field that sorts the list; with `-` before it in descending order' }),
    q: searchSchema.optional().meta({
      description: `Text search: each word is the beginning of a word in ${searched}; case does not matter, as in \`chat\``,
    }),
    label: labelFilterSchema,
    total: queryFlagSchema.meta({ description: '`true`: the answer has the `total` number of items' }),
  };
}

interface ListFields {
  limit: z.ZodDefault<z.ZodPreprocess<z.ZodInt>>;
  cursor: z.ZodOptional<z.ZodString>;
  sort: z.ZodDefault<z.ZodEnum<Record<string, string>>>;
  q: z.ZodOptional<typeof searchSchema>;
  label: typeof labelFilterSchema;
  total: typeof queryFlagSchema;
}

/** A filter that is `true` or `false`; both without it. */
export const filterFlagSchema = z
  .enum(['true', 'false'])
  .transform((value) => value === 'true')
  .optional();

/** The parameters of every list, parsed. */
export interface ListQuery {
  limit: number;
  cursor?: string | undefined;
  sort: string;
  q?: string[] | undefined;
  total: boolean;
}
