import { z } from 'zod';
import { connectionSchema } from '#libs/contract';
import { silentGateways } from '../fleet/silent-gateways.js';

export const connectionPageSchema = z
  .strictObject({
    items: z.array(connectionSchema).meta({ description: 'The items of this page, sorted by id' }),
    nextCursor: z
      .string()
      .nullable()
      .meta({ description: 'Cursor of the next page; null means that this is the last page' }),
    ...silentGateways,
  })
  .meta({ id: 'ConnectionPage' });

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
export type CloseOutcome = z.output<typeof closeOutcomeSchema>;
