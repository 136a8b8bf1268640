import { z } from 'zod';
import { queryNumberSchema } from '../http/query-number.js';

export const eventsQuerySchema = z
  .strictObject({
    since: queryNumberSchema(z.int().min(0)).optional().meta({
      description: 'Replay the changes after this revision first; 410 if they are not kept any more',
      example: 42,
    }),
    epoch: z
      .string()
      .regex(/^[0-9a-z]{1,64}$/, 'expected the epoch of an earlier change')
      .optional()
      .meta({
        description: 'With `since`: the `epoch` of that change; 410 if the configuration has another epoch',
      }),
  })
  .refine(({ since, epoch }) => epoch === undefined || since !== undefined, {
    path: ['since'],
    error: 'is required with epoch',
  });

export type EventsQuery = z.output<typeof eventsQuerySchema>;
