import { z } from 'zod';
import { durationMsSchema } from './fields.js';

/** The queue for requests while every upstream that could serve them is full. */
export const queueSchema = z
  .strictObject({
    maxRequests: z
      .int()
      .min(0)
      .max(10_000)
      .default(100)
      .meta({ description: 'Maximum number of waiting requests in each gateway; 0 disables the queue' }),
    maxWaitMs: durationMsSchema
      .max(60_000)
      .default(1000)
      .meta({ description: 'Maximum time in milliseconds that a request waits' }),
  })
  .meta({ id: 'RouteQueue' });

export type QueueBounds = z.output<typeof queueSchema>;
