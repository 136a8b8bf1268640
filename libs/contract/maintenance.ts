import { z } from 'zod';

/** New connections are refused for a time; null: they are not. */
export const maintenanceSchema = z
  .strictObject({
    retryAfterSeconds: z
      .int()
      .min(1)
      .max(86_400)
      .default(60)
      .meta({ description: 'After how many seconds clients are asked to try again (`Retry-After`)' }),
    connections: z.enum(['keep', 'drain']).default('keep').meta({
      description: 'What happens to live connections: they stay, or are closed with 1012, spread over time',
    }),
  })
  .meta({ id: 'Maintenance' })
  .nullable()
  .default(null);

export type Maintenance = NonNullable<z.output<typeof maintenanceSchema>>;
