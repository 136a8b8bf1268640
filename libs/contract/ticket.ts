import { z } from 'zod';
import { timestampSchema } from './fields.js';
import { idSchema } from './identifiers.js';
import { refuseRepeated } from './repeated-items.js';

/** The request to create a ticket for an API key; without a body every default applies. */
export const ticketCreateSchema = z
  .strictObject({
    ttlSeconds: z.int().min(1).max(300).default(30).meta({ description: 'How long it can be redeemed' }),
    routeIds: z.array(idSchema('route')).min(1).max(1000).nullable().default(null).meta({
      description: 'The routes on which it can be redeemed, of those of the key; null is all of them',
    }),
  })
  .superRefine(({ routeIds }, context) => refuseRepeated(routeIds ?? [], context, ['routeIds']))
  .prefault({})
  .meta({ id: 'TicketCreate' });

/** The answer: the only time that the ticket is shown. */
export const issuedTicketSchema = z
  .strictObject({
    ticket: z.string().meta({ description: 'Opens one connection; it is shown once and not stored' }),
    expiresAt: timestampSchema.meta({ description: 'Until when it can be redeemed' }),
  })
  .meta({ id: 'IssuedTicket' });

export type TicketCreate = z.output<typeof ticketCreateSchema>;
export type IssuedTicket = z.output<typeof issuedTicketSchema>;
