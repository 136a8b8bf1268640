import { isDeepStrictEqual } from 'node:util';
import type { PublishedRoute, PublishedStickyKey, Upstream } from '#libs/contract';
import { availableUpstreams } from './available-upstreams.js';
import { withRoom, type BalancingPolicy } from './balancing/balancing-policy.js';
import { LeastConnections } from './balancing/least-connections.js';
import { createPolicy } from './balancing/create-policy.js';
import { FleetLoads } from './fleet-loads.js';
import { hashKeyOf, type BalancedRequest } from './balancing/hash-key.js';
import { DiscoveredServices } from './discovery/discovered-services.js';
import { recordsUnder, type RecordSources } from './discovery/find-records.js';
import { RouteHealth, type CheckedRoute, type RouteHealthInput } from './health/route-health.js';
import { endpointOf, listedUpstreams } from './listed-upstreams.js';
import { RetryBudget } from './retry-budget.js';
import { StickyUpstreams, takesClientsBack, type StickyRequest } from './sticky-upstreams.js';
import { UpstreamQueue } from './upstream-queue.js';
import { UpstreamState } from './upstream-state.js';
import { UpstreamTurn, type TurnOf } from './upstream-turn.js';

export type BalancedRoute = CheckedRoute &
  Pick<
    PublishedRoute,
    | 'upstreams'
    | 'balancing'
    | 'hashKey'
    | 'balanceFactor'
    | 'stickyCookie'
    | 'slowStartMs'
    | 'retries'
    | 'queue'
    | 'onChange'
  >;

export interface UpstreamPoolInput extends RouteHealthInput, RecordSources {
  /** The key that signs the sticky cookies of a tenant; null if it has none. */
  stickyKey: (tenantId: string) => PublishedStickyKey | null;
}

/** The upstreams that a request would get. */
export interface PeekedUpstreams {
  /** Those that it may dial, in order. */
  order: readonly UpstreamState[];
  /** Whether no upstream that would take it has room. */
  isFull: boolean;
  /** Whether the budget of the route has room for a retry. */
  mayRetry: boolean;
}

/** The upstreams of one route. Their counts survive changes of the route. */
export class UpstreamPool {
  #route: BalancedRoute;
  #upstreams: readonly UpstreamState[] = [];
  /** Includes removed upstreams while they have connections, because the route may list them again. */
  #known = new Map<string, UpstreamState>();
  #fleetLoads: FleetLoads;
  /** The upstreams that get new connections now, without the backups. */
  #balanced: readonly UpstreamState[] = [];
  #backups: readonly UpstreamState[] = [];
  #policy: BalancingPolicy<UpstreamState>;
  /** Replaces the policy during a rebalance. */
  #evening: BalancingPolicy<UpstreamState> | null = null;
  #evenOutUntilMs = -Infinity;
  /** The order if there is at most one upstream to choose. */
  #only: readonly UpstreamState[] | null = null;
  /** By the kind of discovery and the URL that the route lists. */
  #discovered = new Map<string, DiscoveredServices>();
  /** Whether a request may have to wait: an upstream may be full, or is to be discovered first. */
  #mayWait = false;
  #isStopped = false;
  readonly #health: RouteHealth;
  readonly #sticky: StickyUpstreams;
  readonly #retryBudget = new RetryBudget();
  readonly #queue = new UpstreamQueue();
  #turnOf: TurnOf;

  constructor(
    route: BalancedRoute,
    private readonly input: UpstreamPoolInput,
    fleetLoads = new FleetLoads([]),
  ) {
    this.#fleetLoads = fleetLoads;
    this.#route = route;
    this.#policy = createPolicy(route, []);
    this.#sticky = new StickyUpstreams(input.stickyKey);
    this.#health = new RouteHealth(input, () => this.#readReturning());
    this.#turnOf = this.#describeTurns();
    this.#readUpstreams();
  }

  /** The listed upstreams, in the order of the route. */
  get upstreams(): readonly UpstreamState[] {
    return this.#upstreams;
  }

  /** Whether it balances by connections, so that those of other gateways count. */
  get isBalancedByLoad(): boolean {
    const { balancing } = this.#route;
    return balancing === 'leastConnections' || balancing === 'powerOfTwo' || balancing === 'sticky';
  }

  /** Updates the connections of the other gateways. */
  followFleet(fleetLoads: FleetLoads): void {
    this.#fleetLoads = fleetLoads;
    if (this.isBalancedByLoad) this.#readFleet();
  }

  /** Number of requests that wait for capacity of an upstream. */
  get queued(): number {
    return this.#queue.size;
  }

  /** Updates the pool to the current route. */
  update(route: BalancedRoute): void {
    if (route === this.#route) return;
    const isBalancedAlike = isDeepStrictEqual(balancingOf(route), balancingOf(this.#route));
    this.#route = route;
    this.#turnOf = this.#describeTurns();
    if (isBalancedAlike) {
      this.#health.follow(route, this.#upstreams);
      return;
    }
    const before = new Set(this.#balanced);
    this.#readUpstreams();
    this.#startSlowly(before);
    this.#serveQueue();
  }

  take(request: BalancedRequest): UpstreamTurn {
    // Counted for a single upstream, too: its name may have several addresses, which retries use.
    this.#retryBudget.countHandshake(this.input.now());
    for (const services of this.#discovered.values()) services.refresh();
    const sticky = this.#readSticky(request);
    const order = this.#orderFor(request, sticky);
    const tokenOf = sticky?.tokenOf ?? null;
    if (!this.#mayWait) return new UpstreamTurn(order, this.#turnOf, null, tokenOf);
    const free = withRoom(order);
    const hasToWait = free.length === 0 && this.#mayGetUpstream;
    return new UpstreamTurn(free, this.#turnOf, hasToWait ? request : null, tokenOf);
  }

  /** The upstreams that `take` would return now; nothing is counted. */
  peek(request: BalancedRequest): PeekedUpstreams {
    const order = this.#orderFor(request, this.#readSticky(request), 'peek');
    const mayRetry = this.#retryBudget.hasRoom(this.input.now(), this.#route.retries);
    if (!this.#mayWait) return { order, isFull: false, mayRetry };
    const free = withRoom(order);
    return { order: free, isFull: free.length === 0 && this.#mayGetUpstream, mayRetry };
  }

  /** Starts the queries that a request would start, and resolves when none is running. Never rejects. */
  async discover(): Promise<void> {
    const services = [...this.#discovered.values()];
    for (const one of services) one.refresh();
    await Promise.all(services.map(({ answered }) => answered));
  }

  /** Stops probes and ejections, and ends all waits in the queue. */
  stop(): void {
    this.#isStopped = true;
    this.#health.stop();
    this.#queue.clear();
  }

  /**
   * During the period, new connections go to the upstreams with the fewest, except with a consistent hash.
   */
  evenOut(periodMs: number): void {
    this.#evenOutUntilMs = this.input.now() + periodMs;
  }

  #describeTurns(): TurnOf {
    const { now } = this.input;
    const { retries, queue: queueBounds } = this.#route;
    const queue = this.#queue;
    return { health: this.#health, retries, retryBudget: this.#retryBudget, queue, queueBounds, now };
  }

  #readFleet(): void {
    const shifts = this.isBalancedByLoad ? this.#fleetLoads.shiftsOf(this.#route.id, this.#upstreams) : [];
    for (const [index, upstream] of this.#upstreams.entries()) upstream.fleetShift = shifts[index] ?? 0;
  }

  #readSticky(request: BalancedRequest): StickyRequest | null {
    if (this.#route.balancing !== 'sticky') return null;
    return this.#sticky.read(this.#route, this.#upstreams, request);
  }

  #orderFor(
    request: BalancedRequest,
    sticky: StickyRequest | null,
    choose: 'order' | 'peek' = 'order',
  ): readonly UpstreamState[] {
    const order = this.#only ?? this.#order(request, choose);
    const upstream = sticky?.upstream ?? null;
    if (upstream === null || !this.#takesBack(upstream)) return order;
    return [upstream, ...order.filter((one) => one !== upstream)];
  }

  // During a rebalance, closed connections would otherwise return to the same upstream.
  #takesBack(upstream: UpstreamState): boolean {
    if (this.input.now() < this.#evenOutUntilMs) return false;
    return this.#balanced.includes(upstream) || takesClientsBack(upstream, this.#route);
  }

  #order(request: BalancedRequest, choose: 'order' | 'peek'): readonly UpstreamState[] {
    const { balancing, hashKey } = this.#route;
    const nowMs = this.input.now();
    const key = balancing === 'consistentHash' ? hashKeyOf(hashKey, request) : '';
    const policy = nowMs < this.#evenOutUntilMs && this.#evening ? this.#evening : this.#policy;
    const order = policy[choose]({ nowMs, hashKey: key });
    return this.#backups.length === 0 ? order : [...order, ...this.#backups];
  }

  get #mayGetUpstream(): boolean {
    return this.#balanced.length > 0 || [...this.#discovered.values()].some(({ isPending }) => isPending);
  }

  // Called when capacity becomes free, and when a change may have added some.
  #serveQueue(): void {
    for (let { first } = this.#queue; first; first = this.#queue.first) {
      const sticky = this.#readSticky(first.request);
      const order = withRoom(this.#orderFor(first.request, sticky));
      if (order.length === 0 && this.#mayGetUpstream) return;
      first.turn.serve(order, sticky?.tokenOf ?? null);
      first.end('served');
    }
  }

  #readUpstreams(): void {
    const known = new Map([...this.#known].filter(([, { live, pending }]) => live + pending > 0));
    const listed = new Map<string, UpstreamState>();
    this.#followDiscovered();
    const recordsOf = ({ discovery, url }: Upstream) =>
      this.#discovered.get(`${discovery} ${url}`)?.records ?? [];
    for (const [id, { url, settings }] of listedUpstreams(this.#route.upstreams, recordsOf)) {
      const state = this.#known.get(id) ?? new UpstreamState(id, endpointOf(url, settings), settings);
      state.settings = settings;
      listed.set(id, state);
      known.set(id, state);
    }
    for (const upstream of this.#known.values()) upstream.onFreed = null;
    this.#known = known;
    this.#upstreams = [...listed.values()];
    this.#readFleet();
    const hasLimits = this.#upstreams.some(({ hasLimit }) => hasLimit);
    this.#mayWait = hasLimits || this.#discovered.size > 0;
    const onFreed = hasLimits ? (): void => this.#serveQueue() : null;
    for (const upstream of this.#upstreams) upstream.onFreed = onFreed;
    this.#health.follow(this.#route, this.#upstreams);
    this.#readAvailable();
  }

  #followDiscovered(): void {
    const before = this.#discovered;
    const { now } = this.input;
    const { upstreams, tenantId } = this.#route;
    const onChanged = (): void => this.#readDiscovered();
    const create = (upstream: Upstream): DiscoveredServices => {
      const { find, lifeMs } = recordsUnder(upstream, tenantId, this.input);
      return new DiscoveredServices({ find, lifeMs, onChanged, now });
    };
    this.#discovered = new Map();
    for (const upstream of upstreams) {
      const key = `${upstream.discovery} ${upstream.url}`;
      if (upstream.discovery !== 'none') this.#discovered.set(key, before.get(key) ?? create(upstream));
    }
  }

  #readDiscovered(): void {
    if (this.#isStopped) return;
    const before = new Set(this.#balanced);
    this.#readUpstreams();
    // The first records do not start slowly, like the upstreams at the start of a gateway.
    if (before.size > 0) this.#startSlowly(before);
    this.#serveQueue();
  }

  #readAvailable(): void {
    const { balanced, backups } = availableUpstreams(this.#upstreams);
    this.#policy = createPolicy(this.#route, balanced);
    this.#evening = this.#route.balancing === 'consistentHash' ? null : new LeastConnections(balanced);
    this.#backups = backups;
    this.#only = balanced.length + backups.length <= 1 ? balanced : null;
    this.#balanced = balanced;
  }

  // An upstream that has recovered also starts slowly.
  #readReturning(): void {
    const before = new Set(this.#balanced);
    this.#readAvailable();
    this.#startSlowly(before);
    this.#serveQueue();
  }

  #startSlowly(before: ReadonlySet<UpstreamState>): void {
    const { slowStartMs } = this.#route;
    if (slowStartMs === null) return;
    const nowMs = this.input.now();
    for (const upstream of this.#balanced) {
      if (!before.has(upstream)) upstream.startSlowly(nowMs, slowStartMs);
    }
  }
}

function balancingOf({ upstreams, balancing, balanceFactor }: BalancedRoute): Partial<BalancedRoute> {
  return { upstreams, balancing, balanceFactor };
}
