import type { AbortNotice } from '#libs/async';
import type { PublishedApiKey, PublishedRoute, PublishedTenant, TenantLimits } from '#libs/contract';

/** Who wants to connect; the limits that apply are those of its parts. */
export interface SlotRequest {
  tenant: Pick<PublishedTenant, 'id'> & { limits: Pick<TenantLimits, CountedTenantLimit> };
  route: Pick<PublishedRoute, 'id' | 'maxConnections'>;
  /** Null on a route without keys. */
  apiKey: Pick<PublishedApiKey, 'id' | 'maxConnections'> | null;
  clientAddress: string;
}

type CountedTenantLimit =
  'maxConnections' | 'maxConnectionsPerKey' | 'maxConnectionsPerIp' | 'connectionsPerSecond';

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
    }
  | {
      ok: false;
      /** Nobody can say whether there is a slot, so there is none. */
      code: 'limits_unavailable';
      limit: null;
      retryAfterSeconds: number;
    }
  | {
      ok: false;
      /** The client was gone before there was an answer. */
      code: 'aborted';
    };

/** How many are counted; each is 0 again when no slot is held and a second has passed. */
export interface LimiterCounts {
  /** Slots that are held. */
  connections: number;
  tenants: number;
  routes: number;
  keys: number;
  addresses: number;
  /** Tenants with a connect rate of which this gateway took a token within the last second. */
  rates: number;
}

/** For whom limits are counted at the moment. */
export interface LimiterStatus {
  /** Whether a limit is that of the whole fleet, or of this gateway alone. */
  scope: 'fleet' | 'gateway';
  /** How many gateways were known to share limits when that was last heard. */
  gateways: number;
}

/**
 * Counts connections against their limits: first the connect rate, then tenant, route, key and client address. A
 * request that is refused takes nothing. An adapter may count in this gateway alone or in the whole fleet.
 */
export interface ConnectionLimiter {
  status(): LimiterStatus;
  /**
   * Never rejects. A request whose signal is given before the answer gets `aborted` and holds nothing; one that waits for its
   * turn is not counted at all.
   */
  acquire(request: SlotRequest, signal?: AbortNotice): Promise<AcquireResult>;
  /** What this gateway holds. */
  counts(): LimiterCounts;
  /** Stops whatever runs beside; slots that are held can still be released. Safe to call twice. */
  close(): Promise<void>;
}
