import type { AbortNotice } from '#libs/async';
import type { PublishedApiKey, PublishedRoute, PublishedTenant, TenantLimits } from '#libs/contract';

/** A request for a slot, with the limits that apply to it. */
export interface SlotRequest {
  tenant: Pick<PublishedTenant, 'id'> & { limits: Pick<TenantLimits, CountedTenantLimit> };
  route: Pick<PublishedRoute, 'id' | 'maxConnections'>;
  /** Null on a route without keys. */
  apiKey: Pick<PublishedApiKey, 'id' | 'maxConnections'> | null;
  clientAddress: string;
}

type CountedTenantLimit =
  'maxConnections' | 'maxConnectionsPerKey' | 'maxConnectionsPerIp' | 'connectionsPerSecond';

/** A place among the counted connections. */
export interface Slot {
  /** Releases the slot; safe to call twice. */
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
      /** The counting process or Redis gave no answer, so no slot is granted. */
      code: 'limits_unavailable';
      limit: null;
      retryAfterSeconds: number;
    }
  | {
      ok: false;
      /** The client disconnected before the answer. */
      code: 'aborted';
    };

/** The limits of a request as they are now. */
export interface LimitReadings {
  /** The refusal that `acquire` would give now; null if it would give a slot. */
  refusal: LimitsRefusal | null;
  /** Null: the tenant has no connect rate. */
  rate: {
    perSecond: number;
    /** Milliseconds until a connection is within the rate; null: unknown. */
    waitMs: number | null;
  } | null;
  /** In the order in which they are checked. */
  counts: {
    kind: ConnectionLimit;
    /** Null: no answer in time. */
    count: number | null;
    /** Null: no limit. */
    limit: number | null;
  }[];
}

export type LimitsRefusal = Exclude<AcquireResult, { ok: true } | { code: 'aborted' }>;

/** The current counts; each is 0 again when no slot is held and a second has passed. */
export interface LimiterCounts {
  /** The number of held slots. */
  connections: number;
  tenants: number;
  routes: number;
  keys: number;
  addresses: number;
  /** Tenants with a connect rate of which this gateway took a token within the last second. */
  rates: number;
}

/** Whether limits are counted for the fleet at the moment. */
export interface LimiterStatus {
  /** Whether a limit applies to the whole fleet, or to this gateway only. */
  scope: 'fleet' | 'gateway';
  /** The last known number of gateways that share the limits. */
  gateways: number;
}

/**
 * Counts connections against their limits: first the connect rate, then tenant, route, key and client
 * address. A refused request takes nothing. An adapter may count in this gateway only or for the whole fleet.
 */
export interface ConnectionLimiter {
  status(): LimiterStatus;
  /**
   * Never rejects. A request that is aborted before the answer gets `aborted` and holds no slot; if it still
   * waits for its turn, it is not counted. A limiter that has nothing to wait for answers at once.
   */
  acquire(request: SlotRequest, signal?: AbortNotice): AcquireResult | Promise<AcquireResult>;
  /** Reads what `acquire` would decide, and takes nothing. Never rejects. */
  read(request: SlotRequest): Promise<LimitReadings>;
  /** The slots that this gateway holds. */
  counts(): LimiterCounts;
  /** Stops timers and connections; held slots can still be released. Safe to call twice. */
  close(): Promise<void>;
}
