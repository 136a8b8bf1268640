import { FleetLoads, type UpstreamLoads } from './fleet-loads.js';
import { UpstreamPool, type BalancedRoute, type UpstreamPoolInput } from './upstream-pool.js';
import type { BalancedRequest } from './balancing/hash-key.js';
import type { UpstreamTurn } from './upstream-turn.js';

/** The current routes. */
export interface CurrentRoutes {
  /** Null if the route was deleted. */
  route(id: string): BalancedRoute | null;
  routes(): Iterable<BalancedRoute>;
}

/** The upstream pools of all routes that have had a request or are probed. */
export class UpstreamPools {
  readonly #pools = new Map<string, UpstreamPool>();
  #fleetLoads = new FleetLoads([]);
  #hasPeers = false;

  constructor(private readonly input: UpstreamPoolInput) {}

  /** The turn of one request, with the current route. */
  take(route: BalancedRoute, request: BalancedRequest): UpstreamTurn {
    return this.of(route).take(request);
  }

  /** The pool of a route, updated to the given route. */
  of(route: BalancedRoute): UpstreamPool {
    const known = this.#pools.get(route.id);
    if (known) {
      known.update(route);
      return known;
    }
    const pool = new UpstreamPool(route, this.input, this.#fleetLoads);
    this.#pools.set(route.id, pool);
    return pool;
  }

  /** Null if the route has had no request yet, and is not probed. */
  known(routeId: string): UpstreamPool | null {
    return this.#pools.get(routeId) ?? null;
  }

  all(): Iterable<UpstreamPool> {
    return this.#pools.values();
  }

  /**
   * During the period, new connections of the route go to the upstreams with the fewest, except with a
   * consistent hash.
   */
  evenOut(routeId: string, periodMs: number): void {
    this.#pools.get(routeId)?.evenOut(periodMs);
  }

  /** The live connections at upstreams, by which other gateways balance; only for routes balanced by them. */
  loads(maxCounts: number): UpstreamLoads {
    const loads: Record<string, Record<string, number>> = {};
    let left = maxCounts;
    for (const [routeId, pool] of this.#pools) {
      if (left <= 0) break;
      if (!pool.isBalancedByLoad || pool.upstreams.length < 2) continue;
      const counts = pool.upstreams.filter(({ live }) => live > 0).map(({ id, live }) => [id, live] as const);
      if (counts.length > 0) loads[routeId] = Object.fromEntries(counts);
      left -= counts.length;
    }
    return loads;
  }

  /** Takes what other gateways reported of theirs. */
  followFleet(peers: readonly UpstreamLoads[]): void {
    if (peers.length === 0 && !this.#hasPeers) return;
    this.#hasPeers = peers.length > 0;
    this.#fleetLoads = new FleetLoads(peers);
    for (const pool of this.#pools.values()) pool.followFleet(this.#fleetLoads);
  }

  /** The sums over all routes and their listed upstreams. */
  counts(): { live: number; pending: number; queued: number } {
    const upstreams = [...this.#pools.values()].flatMap((pool) => pool.upstreams);
    return {
      live: upstreams.reduce((sum, { live }) => sum + live, 0),
      pending: upstreams.reduce((sum, { pending }) => sum + pending, 0),
      queued: [...this.#pools.values()].reduce((sum, { queued }) => sum + queued, 0),
    };
  }

  /** Must be called when these routes, or all (null), may have changed. */
  review(ids: Iterable<string> | null, current: CurrentRoutes): void {
    for (const id of ids ?? [...this.#pools.keys()]) this.#review(id, current.route(id));
    if (ids !== null) return;
    for (const route of current.routes()) if (isProbed(route)) this.of(route);
  }

  /** Stops the probes and ejections of all upstreams, and ends all waits. */
  stop(): void {
    for (const pool of this.#pools.values()) pool.stop();
    this.#pools.clear();
  }

  #review(id: string, route: BalancedRoute | null): void {
    if (route && (isProbed(route) || this.#pools.has(id))) this.of(route);
    if (route) return;
    this.#pools.get(id)?.stop();
    this.#pools.delete(id);
  }
}

function isProbed({ enabled, healthCheck }: BalancedRoute): boolean {
  return enabled && healthCheck !== null;
}
