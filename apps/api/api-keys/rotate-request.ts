import { z } from 'zod';

/** The body of a rotation. Without a body the previous secret expires at once. */
export const rotateRequestSchema = z
  .strictObject({
    graceSeconds: z.int().min(0).max(604_800).default(0).meta({
      description:
        'Number of seconds for which the previous secret, and the connections opened with it, remain valid',
    }),
  })
  .prefault({})
  .meta({ id: 'RotateRequest' });

export type RotateRequest = z.output<typeof rotateRequestSchema>;
