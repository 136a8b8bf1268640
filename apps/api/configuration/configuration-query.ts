import { z } from 'zod';
import { queryFlagSchema } from '../http/query-flag.js';

export const replaceQuerySchema = z.strictObject({
  dryRun: queryFlagSchema.meta({
    description: '`true`: answers, or refuses, as the call would without it, and writes nothing',
  }),
  deleteTenants: queryFlagSchema.meta({
    description:
      '`true`: tenants that the document does not have are meant to be deleted, with all that is theirs',
  }),
});

export type ReplaceQuery = z.output<typeof replaceQuerySchema>;
