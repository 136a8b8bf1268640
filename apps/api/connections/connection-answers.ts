import { z } from 'zod';
import { connectionSchema } from '#libs/contract';
import { silentGateways } from '../fleet/silent-gateways.js';

export const connectionPageSchema = z
  .strictObject({
    items: z.array(connectionSchema).meta({ description: 'The items of this page, sorted by id' }),
    nextCursor: z
      .string()
      .nullable()
      .meta({ description: 'The `cursor` of the next page; null: this is the last one' }),
    ...silentGateways,
  })
  .meta({ id: 'ConnectionPage' });

export const closeOutcomeSchema = z
  .strictObject({
    matched: z.int().min(0).meta({
      description: 'Live connections that the filter matched, including those that were closing already',
    }),
    closed: z.int().min(0).meta({ description: 'How many of them are being closed now; 0 with `dryRun`' }),
    ...silentGateways,
  })
  .meta({ id: 'CloseOutcome' });

export type ConnectionPage = z.output<typeof connectionPageSchema>;
export type CloseOutcome = z.output<typeof closeOutcomeSchema>;
