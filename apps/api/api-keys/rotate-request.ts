import { z } from 'zod';

/** How a key is to be rotated; no body at all ends the secret before it at once. */
export const rotateRequestSchema = z
  .strictObject({
    graceSeconds: z.int().min(0).max(604_800).default(0).meta({
      description: 'How long the secret before it stays good, with the connections that it opened',
    }),
  })
  .prefault({})
  .meta({ id: 'RotateRequest' });

export type RotateRequest = z.output<typeof rotateRequestSchema>;
