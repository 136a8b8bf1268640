import { z } from 'zod';

/** When a handshake that fails at one upstream is retried at another. */
export const retriesSchema = z
  .strictObject({
    attempts: z
      .int()
      .min(0)
      .max(2)
      .default(2)
      .meta({ description: 'Maximum number of other upstreams that one handshake tries' }),
    budgetPercent: z.int().min(0).max(100).default(20).meta({
      description:
        'Maximum number of retries in the last ten seconds, as a percentage of the handshakes of the route in each gateway',
    }),
    minPerSecond: z
      .int()
      .min(0)
      .max(1000)
      .default(10)
      .meta({ description: 'Number of retries per second that are allowed regardless of the budget' }),
  })
  .meta({ id: 'RouteRetries' });

export type RetryRule = z.output<typeof retriesSchema>;
