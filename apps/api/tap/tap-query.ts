import { z } from 'zod';
import { queryNumberSchema } from '../http/query-number.js';

export const tapQuerySchema = z.strictObject({
  payloadBytes: queryNumberSchema(z.int().min(0).max(65_536)).default(0).meta({
    description: 'How many bytes of each payload to show; 0: none, only what the frame headers say',
  }),
});

export type TapQuery = z.output<typeof tapQuerySchema>;
