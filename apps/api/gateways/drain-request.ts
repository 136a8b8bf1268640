import { z } from 'zod';

/** How a gateway is to drain; no body at all is its own setting. */
export const drainRequestSchema = z
  .strictObject({
    periodSeconds: z.int().min(0).max(86_400).optional().meta({
      description: 'Over how long connections are closed; left out: SLUICE_DRAIN_SECONDS of the gateway',
    }),
  })
  .optional();

export type DrainRequest = z.output<typeof drainRequestSchema>;
