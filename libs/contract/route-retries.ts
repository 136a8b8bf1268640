import { z } from 'zod';

/** When a handshake that an upstream fails is tried at another one. */
export const retriesSchema = z
  .strictObject({
    attempts: z.int().min(0).max(2).default(2).meta({ description: 'How many others one handshake may try' }),
    budgetPercent: z.int().min(0).max(100).default(20).meta({
      description:
        'Retries in the last ten seconds, as a share of the handshakes of the route in each gateway',
    }),
    minPerSecond: z
      .int()
      .min(0)
      .max(1000)
      .default(10)
      .meta({ description: 'Retries that are allowed in a second in any case' }),
  })
  .meta({ id: 'RouteRetries' });

export type RetryRule = z.output<typeof retriesSchema>;
