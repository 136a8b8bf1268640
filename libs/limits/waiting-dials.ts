import type { Slot } from './connection-limits.js';
import { Tally } from './tally.js';

export interface WaitingDialBounds {
  /** How many requests of one tenant may wait at once; 0: any number. */
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
 * Requests that were admitted and wait for an answer of their upstream. Each holds a client socket, an
 * upstream socket and a timer, whatever the connection limits are; so their number is bounded for each tenant
 * and route whose upstream does not answer.
 */
export class WaitingDials {
  readonly #tenants = new Tally();
  readonly #routes = new Tally();
  #size = 0;

  constructor(private readonly bounds: WaitingDialBounds) {}

  /** The number of all waiting requests. */
  get size(): number {
    return this.#size;
  }

  /** The bound that is reached; null if neither is. */
  fullBound({ tenantId, routeId }: WaitingDialOf): 'tenant' | 'route' | null {
    const { perTenant, perRoute } = this.bounds;
    if (perTenant > 0 && this.#tenants.isFull(tenantId, perTenant)) return 'tenant';
    return perRoute > 0 && this.#routes.isFull(routeId, perRoute) ? 'route' : null;
  }

  /** Adds one, until it is released. */
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
