import { z } from 'zod';
import { queryNumberSchema } from '../http/query-number.js';

export const tapQuerySchema = z.strictObject({
  payloadBytes: queryNumberSchema(z.int().min(0).max(65_536)).default(0).meta({
    description: 'The number of bytes of each payload to show; 0: only the frame headers',
  }),
});

export type TapQuery = z.output<typeof tapQuerySchema>;
