import { z } from 'zod';

/** The body of a rotation. Without a body the previous secret expires at once. */
export const rotateRequestSchema = z
  .strictObject({
    graceSeconds: z.int().min(0).max(604_800).default(0).meta({
      description: 'How long the previous secret, and the connections opened with it, stay valid',
    }),
  })
  .prefault({})
  .meta({ id: 'RotateRequest' });

export type RotateRequest = z.output<typeof rotateRequestSchema>;
