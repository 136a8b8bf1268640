import { ConnectRates } from './connect-rates.js';
import type {
  AcquireResult,
  ConnectionLimit,
  ConnectionLimiter,
  LimiterCounts,
  LimiterStatus,
  Slot,
  SlotRequest,
} from './connection-limits.js';
import { countedLimits, type CountedLimit } from './counted-limits.js';
import { rateRefusal, limitRefusal } from './limit-refusals.js';
import { Tally } from './tally.js';

export interface LocalConnectionLimiterOptions {
  /** Milliseconds of a clock that never goes back. */
  now: () => number;
}

/**
 * Exact within this gateway: looking and taking is one synchronous step, so no two requests get the same last slot.
 * Every connection is counted everywhere, limited or not, so that a limit set later counts those that are open.
 */
export class LocalConnectionLimiter implements ConnectionLimiter {
  private readonly tallies: Record<ConnectionLimit, Tally> = {
    tenant: new Tally(),
    route: new Tally(),
    key: new Tally(),
    address: new Tally(),
  };
  private readonly rates = new ConnectRates();
  private held = 0;

  constructor(private readonly options: LocalConnectionLimiterOptions) {}

  status(): LimiterStatus {
    return { scope: 'gateway', gateways: 1 };
  }

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

  close(): Promise<void> {
    return Promise.resolve();
  }

  private take(request: SlotRequest): AcquireResult {
    const { id: tenantId, limits } = request.tenant;
    const perSecond = limits.connectionsPerSecond;
    const nowMs = this.options.now();
    const waitMs = perSecond === null ? 0 : this.rates.waitMs(tenantId, perSecond, nowMs);
    if (waitMs > 0) return rateRefusal(waitMs);
    const counted = countedLimits(request);
    const full = counted.find(({ kind, id, limit }) => this.tallies[kind].isFull(id, limit));
    if (full) return limitRefusal(full.kind);
    if (perSecond !== null) this.rates.take(tenantId, perSecond, nowMs);
    return { ok: true, slot: this.hold(counted) };
  }

  private hold(counted: readonly CountedLimit[]): Slot {
    this.held += 1;
    for (const { kind, id } of counted) this.tallies[kind].add(id);
    let isHeld = true;
    return {
      release: () => {
        if (!isHeld) return;
        isHeld = false;
        this.held -= 1;
        for (const { kind, id } of counted) this.tallies[kind].remove(id);
      },
    };
  }
}
