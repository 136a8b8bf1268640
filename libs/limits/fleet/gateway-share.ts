import { RateBuckets } from '../rate-buckets.js';
import type { AcquireResult, LimitReadings } from '../connection-limits.js';
import type { CountedLimit } from '../counted-limits.js';
import { limitReadings } from '../limit-readings.js';
import { fieldOf, type TenantSlots } from './tenant-slots.js';

export interface GatewayShareInput {
  /** The number of gateways that share the limits. */
  gateways: () => number;
  /** Milliseconds of a monotonic clock. */
  now: () => number;
}

/** Counts in this gateway alone, within its share of the limits, while Redis is down (decision 0020). */
export class GatewayShare {
  readonly #rates = new RateBuckets();

  constructor(private readonly input: GatewayShareInput) {}

  /** Tenants with a connect rate of which a token was taken here within the last second. */
  get rates(): number {
    return this.#rates.size(this.input.now());
  }

  acquire(
    tenant: TenantSlots,
    counted: readonly CountedLimit[],
    connectionsPerSecond: number | null,
  ): AcquireResult {
    const { refusal, rate } = this.read(tenant, counted, connectionsPerSecond);
    if (refusal) return refusal;
    if (rate) this.#rates.take(tenant.tenantId, rate.perSecond, this.input.now());
    tenant.isDirty = true;
    return { ok: true, slot: tenant.hold(counted.map(fieldOf)) };
  }

  /** Reads what `acquire` would decide, with the share of each limit as its limit. */
  read(
    tenant: TenantSlots,
    counted: readonly CountedLimit[],
    connectionsPerSecond: number | null,
  ): LimitReadings {
    const gateways = this.input.gateways();
    const capped = counted.map(({ kind, id, limit }) => {
      const cap = limit === null ? null : tenant.capOf(fieldOf({ kind, id }), limit, gateways);
      return { kind, id, limit: cap };
    });
    const counts = counted.map((count) => tenant.heldUnder(fieldOf(count)));
    if (connectionsPerSecond === null) return limitReadings(capped, counts, null);
    const perSecond = Math.max(1, connectionsPerSecond / gateways);
    const waitMs = this.#rates.waitMs(tenant.tenantId, perSecond, this.input.now());
    return limitReadings(capped, counts, { perSecond, waitMs });
  }
}
