import type { Slot } from './connection-limits.js';
import { CountedSlot, type SlotHolder } from './counted-slot.js';
import { Tally } from './tally.js';

export interface WaitingDialBounds {
  /** The maximum number of waiting requests of one tenant; 0: no limit. */
  perTenant: number;
  /** The same for one route. */
  perRoute: number;
}

/** The tenant and the route of a request. */
export interface WaitingDialOf {
  tenantId: string;
  routeId: string;
}

/**
 * Admitted requests that wait for an answer of their upstream. Each holds a client socket, an upstream socket
 * and a timer, independent of connection limits, so their number is bounded for each tenant and route.
 */
export class WaitingDials implements SlotHolder {
  readonly #tenants = new Tally();
  readonly #routes = new Tally();
  #size = 0;

  constructor(private readonly bounds: WaitingDialBounds) {}

  /** The number of all waiting requests. */
  get size(): number {
    return this.#size;
  }

  /** The reached bound; null if neither is reached. */
  fullBound({ tenantId, routeId }: WaitingDialOf): 'tenant' | 'route' | null {
    const { perTenant, perRoute } = this.bounds;
    if (perTenant > 0 && this.#tenants.of(tenantId) >= perTenant) return 'tenant';
    return perRoute > 0 && this.#routes.of(routeId) >= perRoute ? 'route' : null;
  }

  /** Adds a request until its release. */
  begin({ tenantId, routeId }: WaitingDialOf): Slot {
    this.#size += 1;
    return new CountedSlot(this, [this.#tenants.countOf(tenantId), this.#routes.countOf(routeId)]);
  }

  onSlotReleased(): void {
    this.#size -= 1;
  }
}
