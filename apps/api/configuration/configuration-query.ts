import { z } from 'zod';
import { queryFlagSchema } from '../http/query-flag.js';

export const replaceQuerySchema = z.strictObject({
  dryRun: queryFlagSchema.meta({ description: '`true`: says what would change, and changes nothing' }),
  allowEmpty: queryFlagSchema.meta({
    description: '`true`: a document without tenants is meant, and deletes everything',
  }),
});

export type ReplaceQuery = z.output<typeof replaceQuerySchema>;
