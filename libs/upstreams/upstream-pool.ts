import { isDeepStrictEqual } from 'node:util';
import { upstreamId, type PublishedRoute, type Upstream } from '#libs/contract';
import type { BalancingPolicy } from './balancing/balancing-policy.js';
import { SmoothRoundRobin } from './balancing/smooth-round-robin.js';
import { parseUpstreamEndpoint } from './upstream-endpoint.js';
import { UpstreamState } from './upstream-state.js';
import { UpstreamTurn } from './upstream-turn.js';

export type BalancedRoute = Pick<PublishedRoute, 'id' | 'upstreams' | 'balancing'>;

/** The upstreams of one route. What is counted of each survives a change of the route. */
export class UpstreamPool {
  #route: BalancedRoute;
  #upstreams: readonly UpstreamState[] = [];
  /** Those that the route has no more are kept while they have connections: it may list them again. */
  #known = new Map<string, UpstreamState>();
  #backups: readonly UpstreamState[] = [];
  #policy: BalancingPolicy<UpstreamState> = new SmoothRoundRobin([]);
  /** The answer where there is no choice. */
  #only: readonly UpstreamState[] | null = null;

  constructor(route: BalancedRoute) {
    this.#route = route;
    this.#readUpstreams();
  }

  /** Those that the route lists, in its order. */
  get upstreams(): readonly UpstreamState[] {
    return this.#upstreams;
  }

  /** Takes the route as it is now. */
  update(route: BalancedRoute): void {
    if (route === this.#route) return;
    const isBalancedAlike = isDeepStrictEqual(balancingOf(route), balancingOf(this.#route));
    this.#route = route;
    if (!isBalancedAlike) this.#readUpstreams();
  }

  take(): UpstreamTurn {
    return new UpstreamTurn(this.#only ?? [...this.#policy.order(), ...this.#backups]);
  }

  #readUpstreams(): void {
    const known = new Map([...this.#known].filter(([, { live, pending }]) => live + pending > 0));
    const listed = new Map<string, UpstreamState>();
    for (const [id, settings] of settingsById(this.#route.upstreams)) {
      const state =
        this.#known.get(id) ?? new UpstreamState(id, parseUpstreamEndpoint(settings.url), settings);
      state.settings = settings;
      listed.set(id, state);
      known.set(id, state);
    }
    this.#known = known;
    this.#upstreams = [...listed.values()];
    this.#readAvailable();
  }

  #readAvailable(): void {
    const available = this.#upstreams.filter(({ isAvailable }) => isAvailable);
    const primary = available.filter(({ settings }) => !settings.backup);
    const backups = available.filter(({ settings }) => settings.backup);
    this.#policy = new SmoothRoundRobin(primary.length > 0 ? primary : backups);
    this.#backups = primary.length > 0 ? backups : [];
    this.#only = available.length <= 1 ? available : null;
  }
}

function balancingOf({ upstreams, balancing }: BalancedRoute): Omit<BalancedRoute, 'id'> {
  return { upstreams, balancing };
}

// Routes that were stored before an upstream could not be listed twice count it once, with the sum of its
// weights.
function settingsById(upstreams: readonly Upstream[]): Map<string, Upstream> {
  const settings = new Map<string, Upstream>();
  for (const upstream of upstreams) {
    const id = upstreamId(upstream.url);
    const before = settings.get(id);
    settings.set(id, before ? { ...before, weight: before.weight + upstream.weight } : upstream);
  }
  return settings;
}
