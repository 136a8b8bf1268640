import { z } from 'zod';

/** The body of a drain request. Without a body the setting of the gateway applies. */
export const drainRequestSchema = z
  .strictObject({
    periodSeconds: z.int().min(0).max(86_400).optional().meta({
      description: 'Over how long connections are closed; left out: SLUICE_DRAIN_SECONDS of the gateway',
    }),
  })
  .optional();

export type DrainRequest = z.output<typeof drainRequestSchema>;
