import { z } from 'zod';
import { queryFlagSchema } from '../http/query-flag.js';

export const readQuerySchema = z.strictObject({
  full: queryFlagSchema.meta({
    description: '`true`: with all fields, those too that have the default of the `version` of the document',
  }),
});

export const replaceQuerySchema = z.strictObject({
  dryRun: queryFlagSchema.meta({
    description: '`true`: answers, or refuses, as the call would without it, and writes nothing',
  }),
  deleteTenants: queryFlagSchema.meta({
    description:
      '`true`: tenants that the document does not have are meant to be deleted, with all that is theirs',
  }),
});

export type ReadQuery = z.output<typeof readQuerySchema>;
export type ReplaceQuery = z.output<typeof replaceQuerySchema>;
