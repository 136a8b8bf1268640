import { isDeepStrictEqual } from 'node:util';
import { upstreamId, type PublishedRoute, type Upstream } from '#libs/contract';
import type { BalancingPolicy } from './balancing/balancing-policy.js';
import { createPolicy } from './balancing/create-policy.js';
import { hashKeyOf, type BalancedRequest } from './balancing/hash-key.js';
import { parseUpstreamEndpoint } from './upstream-endpoint.js';
import { UpstreamState } from './upstream-state.js';
import { UpstreamTurn } from './upstream-turn.js';

export type BalancedRoute = Pick<
  PublishedRoute,
  'id' | 'upstreams' | 'balancing' | 'hashKey' | 'balanceFactor' | 'slowStartMs'
>;

/** The upstreams of one route. What is counted of each survives a change of the route. */
export class UpstreamPool {
  #route: BalancedRoute;
  #upstreams: readonly UpstreamState[] = [];
  /** Those that the route has no more are kept while they have connections: it may list them again. */
  #known = new Map<string, UpstreamState>();
  #backups: readonly UpstreamState[] = [];
  #policy: BalancingPolicy<UpstreamState>;
  /** The answer where there is no choice. */
  #only: readonly UpstreamState[] | null = null;

  constructor(
    route: BalancedRoute,
    private readonly now: () => number,
  ) {
    this.#route = route;
    this.#policy = createPolicy(route, []);
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
    if (isBalancedAlike) return;
    const available = new Set(this.#available());
    this.#readUpstreams();
    this.#startSlowly(this.#available().filter((upstream) => !available.has(upstream)));
  }

  take(request: BalancedRequest): UpstreamTurn {
    return new UpstreamTurn(this.#only ?? this.#order(request));
  }

  #order(request: BalancedRequest): readonly UpstreamState[] {
    const { balancing, hashKey } = this.#route;
    const key = balancing === 'consistentHash' ? hashKeyOf(hashKey, request) : '';
    const order = this.#policy.order({ nowMs: this.now(), hashKey: key });
    return this.#backups.length === 0 ? order : [...order, ...this.#backups];
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
    const available = this.#available();
    const primary = available.filter(({ settings }) => !settings.backup);
    const backups = available.filter(({ settings }) => settings.backup);
    this.#policy = createPolicy(this.#route, primary.length > 0 ? primary : backups);
    this.#backups = primary.length > 0 ? backups : [];
    this.#only = available.length <= 1 ? available : null;
  }

  #available(): UpstreamState[] {
    return this.#upstreams.filter(({ isAvailable }) => isAvailable);
  }

  #startSlowly(returning: readonly UpstreamState[]): void {
    const { slowStartMs } = this.#route;
    if (slowStartMs === null) return;
    for (const upstream of returning) upstream.startSlowly(this.now(), slowStartMs);
  }
}

function balancingOf({ upstreams, balancing, balanceFactor }: BalancedRoute): Partial<BalancedRoute> {
  return { upstreams, balancing, balanceFactor };
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
