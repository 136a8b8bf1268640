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

/** What one connection is counted under; null: it has no key. */
type CountedNames = Record<Exclude<ConnectionLimit, 'key'>, string> & { key: string | null };

const kinds = ['tenant', 'route', 'key', 'address'] as const;

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
    const names = namesOf(request);
    const limit = this.reachedLimit(names, request);
    if (limit !== null) {
      return { ok: false, code: 'connection_limit', limit, retryAfterSeconds: retryFullAfterSeconds };
    }
    if (perSecond !== null) this.rates.take(tenantId, perSecond, nowMs);
    return { ok: true, slot: this.hold(names) };
  }

  private reachedLimit(names: CountedNames, { tenant, route, apiKey }: SlotRequest): ConnectionLimit | null {
    const { tallies } = this;
    const { maxConnections, maxConnectionsPerKey, maxConnectionsPerIp } = tenant.limits;
    if (tallies.tenant.isFull(names.tenant, maxConnections)) return 'tenant';
    if (tallies.route.isFull(names.route, route.maxConnections)) return 'route';
    if (apiKey && tallies.key.isFull(apiKey.id, lower(apiKey.maxConnections, maxConnectionsPerKey))) {
      return 'key';
    }
    return tallies.address.isFull(names.address, maxConnectionsPerIp) ? 'address' : null;
  }

  // A slot lives as long as its connection: it keeps the names alone.
  private hold(names: CountedNames): Slot {
    this.count(names, 'add');
    let isHeld = true;
    return {
      release: () => {
        if (isHeld) this.count(names, 'remove');
        isHeld = false;
      },
    };
  }

  private count(names: CountedNames, change: 'add' | 'remove'): void {
    this.held += change === 'add' ? 1 : -1;
    for (const kind of kinds) {
      const name = names[kind];
      if (name !== null) this.tallies[kind][change](name);
    }
  }
}

function namesOf({ tenant, route, apiKey, clientAddress }: SlotRequest): CountedNames {
  return {
    tenant: tenant.id,
    route: route.id,
    key: apiKey?.id ?? null,
    address: `${tenant.id} ${addressBlock(clientAddress)}`,
  };
}

// The stricter of two limits, of which null is none.
function lower(one: number | null, other: number | null): number | null {
  if (one === null) return other;
  return other === null ? one : Math.min(one, other);
}
