import type { PublishedApiKey, PublishedRoute, PublishedTenant } from '#libs/contract';

/** Who wants to connect; the limits that apply are those of its parts. */
export interface SlotRequest {
  tenant: PublishedTenant;
  route: PublishedRoute;
  /** Null on a route without keys. */
  apiKey: PublishedApiKey | null;
  clientAddress: string;
}

/** A place among the connections that are counted. */
export interface Slot {
  /** Gives the place back; safe to call twice. */
  release(): void;
}

export type ConnectionLimit = 'tenant' | 'route' | 'key' | 'address';

export type AcquireResult =
  | { ok: true; slot: Slot }
  | {
      ok: false;
      code: 'connection_limit' | 'connect_rate';
      /** Which limit is reached. */
      limit: ConnectionLimit;
      retryAfterSeconds: number;
    };

/**
 * Counts connections against their limits: first the connect rate, then tenant, route, key and client address. A
 * request that is refused takes nothing. An adapter may count in this gateway alone or in the whole fleet.
 */
export interface ConnectionLimiter {
  acquire(request: SlotRequest): Promise<AcquireResult>;
}
