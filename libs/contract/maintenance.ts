import { z } from 'zod';

/** During maintenance new connections are refused; null means no maintenance. */
export const maintenanceSchema = z
  .strictObject({
    retryAfterSeconds: z
      .int()
      .min(1)
      .max(86_400)
      .default(60)
      .meta({ description: 'Seconds after which clients should retry, sent as `Retry-After`' }),
    connections: z.enum(['keep', 'drain']).default('keep').meta({
      description: '`keep`: live connections are kept. `drain`: they are closed with 1012, spread over time',
    }),
  })
  .meta({ id: 'Maintenance' })
  .nullable()
  .default(null);

export type Maintenance = NonNullable<z.output<typeof maintenanceSchema>>;
