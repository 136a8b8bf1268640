import { addressBlock } from './address-block.js';
import { ConnectRates } from './connect-rates.js';
import type {
  AcquireResult,
  ConnectionLimit,
  ConnectionLimiter,
  Slot,
  SlotRequest,
} from './connection-limits.js';
import { Tally } from './tally.js';

export interface LocalConnectionLimiterOptions {
  /** Milliseconds of a clock that never goes back. */
  now: () => number;
}

/** How many are counted; each is 0 again when no slot is held and a second has passed. */
export interface LimiterCounts {
  /** Slots that are held. */
  connections: number;
  tenants: number;
  routes: number;
  keys: number;
  addresses: number;
  /** Tenants with a connect rate that connected within the last second. */
  rates: number;
}

interface Place {
  limit: ConnectionLimit;
  tally: Tally;
  name: string;
  maxConnections: number | null;
}

// When a slot will be free nobody knows; soon enough for a person who waits, seldom enough for a full tenant.
const retryFullAfterSeconds = 5;

/**
 * Exact within this gateway: looking and taking is one synchronous step, so no two requests get the same last slot.
 * Every connection is counted everywhere, limited or not, so that a limit set later counts those that are open.
 */
export class LocalConnectionLimiter implements ConnectionLimiter {
  private readonly tallies = {
    tenant: new Tally(),
    route: new Tally(),
    key: new Tally(),
    address: new Tally(),
  };
  private readonly rates = new ConnectRates();
  private held = 0;

  constructor(private readonly options: LocalConnectionLimiterOptions) {}

  acquire(request: SlotRequest): Promise<AcquireResult> {
    return Promise.resolve(this.take(request));
  }

  counts(): LimiterCounts {
    const { tenant, route, key, address } = this.tallies;
    return {
      connections: this.held,
      tenants: tenant.size,
      routes: route.size,
      keys: key.size,
      addresses: address.size,
      rates: this.rates.size(this.options.now()),
    };
  }

  private take(request: SlotRequest): AcquireResult {
    const { id: tenantId, limits } = request.tenant;
    const perSecond = limits.connectionsPerSecond;
    const nowMs = this.options.now();
    const waitMs = perSecond === null ? 0 : this.rates.waitMs(tenantId, perSecond, nowMs);
    if (waitMs > 0) {
      const retryAfterSeconds = Math.max(1, Math.ceil(waitMs / 1000));
      return { ok: false, code: 'connect_rate', limit: 'tenant', retryAfterSeconds };
    }
    const places = this.placesOf(request);
    const full = places.find(({ tally, name, maxConnections }) => tally.isFull(name, maxConnections));
    if (full !== undefined) {
      const { limit } = full;
      return { ok: false, code: 'connection_limit', limit, retryAfterSeconds: retryFullAfterSeconds };
    }
    if (perSecond !== null) this.rates.take(tenantId, perSecond, nowMs);
    return { ok: true, slot: this.hold(places) };
  }

  // In the order in which they are asked.
  private placesOf({ tenant, route, apiKey, clientAddress }: SlotRequest): Place[] {
    const { limits } = tenant;
    const { tenant: tenants, route: routes, key: keys, address: addresses } = this.tallies;
    const ofKey: Place[] = apiKey
      ? [
          {
            limit: 'key',
            tally: keys,
            name: apiKey.id,
            maxConnections: lower(apiKey.maxConnections, limits.maxConnectionsPerKey),
          },
        ]
      : [];
    return [
      { limit: 'tenant', tally: tenants, name: tenant.id, maxConnections: limits.maxConnections },
      { limit: 'route', tally: routes, name: route.id, maxConnections: route.maxConnections },
      ...ofKey,
      {
        limit: 'address',
        tally: addresses,
        name: `${tenant.id} ${addressBlock(clientAddress)}`,
        maxConnections: limits.maxConnectionsPerIp,
      },
    ];
  }

  private hold(places: readonly Place[]): Slot {
    for (const { tally, name } of places) tally.add(name);
    this.held += 1;
    let isHeld = true;
    return {
      release: () => {
        if (!isHeld) return;
        isHeld = false;
        for (const { tally, name } of places) tally.remove(name);
        this.held -= 1;
      },
    };
  }
}

// The stricter of two limits, of which null is none.
function lower(one: number | null, other: number | null): number | null {
  if (one === null) return other;
  return other === null ? one : Math.min(one, other);
}
