import type { Slot } from './connection-limits.js';
import { Tally } from './tally.js';

export interface WaitingDialBounds {
  /** How many of one tenant may wait at once; 0: any number. */
  perTenant: number;
  /** The same for one route. */
  perRoute: number;
}

/** Whose request wants to wait. */
export interface WaitingDialOf {
  tenantId: string;
  routeId: string;
}

/**
 * Requests that were admitted and wait for an answer of their upstream. Each holds a client's socket, an upstream's, and a
 * timer, whatever its connection limits are; so a tenant or a route whose upstream is silent may have a bounded number.
 */
export class WaitingDials {
  readonly #tenants = new Tally();
  readonly #routes = new Tally();
  #size = 0;

  constructor(private readonly bounds: WaitingDialBounds) {}

  /** All that wait. */
  get size(): number {
    return this.#size;
  }

  /** Which bound has no room for one more; null where both have. */
  fullBound({ tenantId, routeId }: WaitingDialOf): 'tenant' | 'route' | null {
    const { perTenant, perRoute } = this.bounds;
    if (perTenant > 0 && this.#tenants.isFull(tenantId, perTenant)) return 'tenant';
    return perRoute > 0 && this.#routes.isFull(routeId, perRoute) ? 'route' : null;
  }

  /** One more waits, until it is released. */
  begin({ tenantId, routeId }: WaitingDialOf): Slot {
    this.#size += 1;
    this.#tenants.add(tenantId);
    this.#routes.add(routeId);
    let isWaiting = true;
    return {
      release: () => {
        if (!isWaiting) return;
        isWaiting = false;
        this.#size -= 1;
        this.#tenants.remove(tenantId);
        this.#routes.remove(routeId);
      },
    };
  }
}
