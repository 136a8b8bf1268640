import { z } from 'zod';
import { queryNumberSchema } from '../http/query-number.js';

export const tapQuerySchema = z.strictObject({
  payloadBytes: queryNumberSchema(z.int().min(0).max(65_536)).default(0).meta({
    description: 'Number of bytes of each payload to include; 0 means only the frame headers',
  }),
});

export type TapQuery = z.output<typeof tapQuerySchema>;
