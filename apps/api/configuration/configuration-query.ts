import { z } from 'zod';
import { queryFlagSchema } from '../http/query-flag.js';

export const readQuerySchema = z.strictObject({
  full: queryFlagSchema.meta({
    description: '`true`: with all fields, including those with the default of the `version` of the document',
  }),
});

export const replaceQuerySchema = z.strictObject({
  dryRun: queryFlagSchema.meta({
    description: '`true`: answers as the call would without it, and writes nothing',
  }),
  deleteTenants: queryFlagSchema.meta({
    description:
      '`true`: confirms that tenants which the document lacks are deleted, with all their resources',
  }),
});

export type ReadQuery = z.output<typeof readQuerySchema>;
export type ReplaceQuery = z.output<typeof replaceQuerySchema>;
