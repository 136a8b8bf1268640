import { z } from 'zod';

/** The body of a drain request. Without a body the setting of the gateway applies. */
export const drainRequestSchema = z
  .strictObject({
    periodSeconds: z.int().min(0).max(86_400).optional().meta({
      description:
        'The period over which connections are closed; omitted: SLUICE_DRAIN_SECONDS of the gateway',
    }),
  })
  .optional();

export type DrainRequest = z.output<typeof drainRequestSchema>;
