import { z } from 'zod';
import { closedConnectionSchema, connectionGroupSchema, connectionSchema } from '#libs/contract';
import { silentGateways } from '../fleet/silent-gateways.js';

export const connectionPageSchema = z
  .strictObject({
    items: z.array(connectionSchema).meta({ description: 'The items of this page, in the order of `sort`' }),
    nextCursor: z
      .string()
      .nullable()
      .meta({ description: 'Cursor of the next page; null means that this is the last page' }),
    ...silentGateways,
  })
  .meta({ id: 'ConnectionPage' });

export const closedPageSchema = z
  .strictObject({
    items: z.array(closedConnectionSchema).meta({ description: 'The items of this page, newest first' }),
    nextCursor: z
      .string()
      .nullable()
      .meta({ description: 'Cursor of the next page; null means that this is the last page' }),
    ...silentGateways,
  })
  .meta({ id: 'ClosedConnectionPage' });

export const connectionCountsSchema = z
  .strictObject({
    by: connectionGroupSchema.meta({ description: 'The property of the groups' }),
    groups: z
      .array(
        z.strictObject({
          group: z.string().nullable().meta({
            description:
              'Id, URL or address that the connections have in common; null: connections without a key',
          }),
          connections: z.int().min(0).meta({ description: 'Number of live connections' }),
        }),
      )
      .meta({ description: 'The largest groups, the largest first' }),
    total: z.int().min(0).meta({ description: 'Number of matching connections in all groups' }),
    isExact: z.boolean().meta({
      description:
        'False: a gateway has more than 1,000 groups, so counts of groups that are small in it may be too low',
    }),
    ...silentGateways,
  })
  .meta({ id: 'ConnectionCounts' });

export const closeOutcomeSchema = z
  .strictObject({
    matched: z.int().min(0).meta({
      description:
        'Number of live connections that the filter matched, including connections that were already closing',
    }),
    closed: z
      .int()
      .min(0)
      .meta({ description: 'Number of connections that this request closes; 0 with `dryRun`' }),
    ...silentGateways,
  })
  .meta({ id: 'CloseOutcome' });

export type ConnectionPage = z.output<typeof connectionPageSchema>;
export type ClosedPage = z.output<typeof closedPageSchema>;
export type ConnectionCounts = z.output<typeof connectionCountsSchema>;
export type CloseOutcome = z.output<typeof closeOutcomeSchema>;
