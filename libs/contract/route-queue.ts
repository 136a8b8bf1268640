import { z } from 'zod';
import { durationMsSchema } from './fields.js';

/** Where requests wait while every upstream that would take them is full. */
export const queueSchema = z
  .strictObject({
    maxRequests: z
      .int()
      .min(0)
      .max(10_000)
      .default(100)
      .meta({ description: 'How many requests wait at most in each gateway; 0: none does' }),
    maxWaitMs: durationMsSchema
      .max(60_000)
      .default(1000)
      .meta({ description: 'How long one of them waits at most' }),
  })
  .meta({ id: 'RouteQueue' });

export type QueueBounds = z.output<typeof queueSchema>;
