import { z } from 'zod';
import { idSchema } from '#libs/contract';

/** What a ticket stands for: one connection with a key. */
export const ticketGrantSchema = z.strictObject({
  tenantId: idSchema('tenant'),
  apiKeyId: idSchema('apiKey'),
  /** On which routes; null is all on which the key may connect. */
  routeIds: z.array(idSchema('route')).nullable(),
});

export type TicketGrant = z.output<typeof ticketGrantSchema>;

/** `grant` is null for a ticket that is unknown, used or past its time. */
export type RedeemResult = { ok: true; grant: TicketGrant | null } | { ok: false; cause: string };

/** The API's end. One adapter goes over Redis, the other stays in this process; both pass the same contract test. */
export interface TicketIssuer {
  /** Rejects with a `RedisError`, within a bounded time, when the ticket cannot be kept. */
  issue(ticketHash: string, grant: TicketGrant, ttlSeconds: number): Promise<void>;
  close(): Promise<void>;
}

/** The gateway's end. */
export interface TicketRedeemer {
  /** Takes a ticket: of all who present it, in the whole fleet, one is given the grant. */
  redeem(ticketHash: string): Promise<RedeemResult>;
  close(): Promise<void>;
}

export type Tickets = TicketIssuer & TicketRedeemer;
