import { z } from 'zod';
import { idSchema } from '#libs/contract';

/** The grant of a ticket: one connection with a key. */
export const ticketGrantSchema = z.strictObject({
  tenantId: idSchema('tenant'),
  apiKeyId: idSchema('apiKey'),
  /** The routes of the ticket; null: all routes of the key. */
  routeIds: z.array(idSchema('route')).nullable(),
});

export type TicketGrant = z.output<typeof ticketGrantSchema>;

/** `grant` is null for a ticket that is unknown, used or expired. */
export type RedeemResult = { ok: true; grant: TicketGrant | null } | { ok: false; cause: string };

/**
 * The API's side. One adapter uses Redis, the other works in this process; both pass the same contract test.
 */
export interface TicketIssuer {
  /** Rejects with a `RedisError`, within a bounded time, if the ticket cannot be stored. */
  issue(ticketHash: string, grant: TicketGrant, ttlSeconds: number): Promise<void>;
  close(): Promise<void>;
}

/** The gateway's side. */
export interface TicketRedeemer {
  /** Redeems a ticket: of all requests that present it, in the whole fleet, only one gets the grant. */
  redeem(ticketHash: string): Promise<RedeemResult>;
  /** The answer that `redeem` would give now. The ticket can still be redeemed. */
  find(ticketHash: string): Promise<RedeemResult>;
  close(): Promise<void>;
}

export type Tickets = TicketIssuer & TicketRedeemer;
