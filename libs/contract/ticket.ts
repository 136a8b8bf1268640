import { z } from 'zod';
import { routeReferenceSchema } from './api-key.js';
import { timestampSchema } from './fields.js';
import { refuseRepeated } from './repeated-items.js';

/** The request to create a ticket for an API key; without a body every default applies. */
export const ticketCreateSchema = z
  .strictObject({
    ttlSeconds: z
      .int()
      .min(1)
      .max(300)
      .default(30)
      .meta({ description: 'Number of seconds for which the ticket can be redeemed' }),
    routeIds: z.array(routeReferenceSchema).min(1).max(1000).nullable().default(null).meta({
      description:
        'Ids or names of the routes of the key on which the ticket can be redeemed; null means all routes of the key',
    }),
  })
  .superRefine(({ routeIds }, context) => refuseRepeated(routeIds ?? [], context, ['routeIds']))
  .prefault({})
  .meta({ id: 'TicketCreate' });

/** The answer, the only one that contains the ticket. */
export const issuedTicketSchema = z
  .strictObject({
    ticket: z
      .string()
      .meta({ description: 'Ticket that opens one connection. It is shown only once and is not stored' }),
    expiresAt: timestampSchema.meta({ description: 'Time until which the ticket can be redeemed' }),
  })
  .meta({ id: 'IssuedTicket' });

export type TicketCreate = z.output<typeof ticketCreateSchema>;
export type IssuedTicket = z.output<typeof issuedTicketSchema>;
