import { UpstreamPool, type BalancedRoute } from './upstream-pool.js';
import type { BalancedRequest } from './balancing/hash-key.js';
import type { UpstreamTurn } from './upstream-turn.js';

/** The upstreams of all routes that have been asked for, and what this gateway has at each. */
export class UpstreamPools {
  readonly #pools = new Map<string, UpstreamPool>();

  /** By `performance.now()`. */
  constructor(private readonly now: () => number) {}

  /** The turn of one request of the route as it is now. */
  take(route: BalancedRoute, request: BalancedRequest): UpstreamTurn {
    return this.of(route).take(request);
  }

  /** The pool of a route as it is now. */
  of(route: BalancedRoute): UpstreamPool {
    const known = this.#pools.get(route.id);
    if (known) {
      known.update(route);
      return known;
    }
    const pool = new UpstreamPool(route, this.now);
    this.#pools.set(route.id, pool);
    return pool;
  }

  /** Of all upstreams that routes list. */
  counts(): { live: number; pending: number } {
    const upstreams = [...this.#pools.values()].flatMap((pool) => pool.upstreams);
    return {
      live: upstreams.reduce((sum, { live }) => sum + live, 0),
      pending: upstreams.reduce((sum, { pending }) => sum + pending, 0),
    };
  }

  /**
   * To be called when these routes, or all (null), may have changed; `routeOf` answers null for one that is
   * gone.
   */
  review(ids: Iterable<string> | null, routeOf: (id: string) => BalancedRoute | null): void {
    for (const id of ids ?? this.#pools.keys()) {
      const route = routeOf(id);
      if (route) this.#pools.get(id)?.update(route);
      else this.#pools.delete(id);
    }
  }
}
