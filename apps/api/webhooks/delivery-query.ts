import { z } from 'zod';
import { pageQuerySchema } from '../http/page.js';

export const deliveryQuerySchema = z.strictObject({
  ...pageQuerySchema.shape,
  state: z
    .enum(['pending', 'delivered', 'dead'])
    .optional()
    .meta({ description: 'Only deliveries in this state; `dead`: those that could not be delivered' }),
});

export type DeliveryQuery = z.output<typeof deliveryQuerySchema>;
