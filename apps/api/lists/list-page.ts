import { z } from 'zod';
import type { Page } from '../http/page.js';

/** One page of a list with filters. */
export interface ListPage<Item> extends Page<Item> {
  /** The entity tag of each item, in the order of `items`. */
  etags: string[];
  /** How many items the list has; absent unless it was asked for. */
  total?: number;
}

/** The schema of a page of a list, for the OpenAPI document. */
export function listPageSchemaOf(item: z.ZodType, id: string): z.ZodType {
  return z
    .strictObject({
      items: z.array(item).meta({ description: 'The items of this page, in the order of `sort`' }),
      etags: z.array(z.string()).meta({
        description: 'The `ETag` of each item, in the order of `items`: what `If-Match` takes',
        example: ['"kN3bJ0f2mQx7Yw1sZt5Rv8LpAcE"'],
      }),
      nextCursor: z
        .string()
        .nullable()
        .meta({ description: 'Cursor of the next page; null means that this is the last page' }),
      total: z
        .int()
        .min(0)
        .optional()
        .meta({ description: 'Number of items in the whole list; only with `total=true`', example: 1 }),
    })
    .meta({ id });
}
