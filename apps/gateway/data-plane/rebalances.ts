import { spreadClose, type ConnectionRegistry, type LiveConnection, type Spread } from '#libs/connections';
import { upstreamId, type RebalanceProgress } from '#libs/contract';
import type { UpstreamPools } from '#libs/upstreams';

export interface RebalancesInput {
  registry: Pick<ConnectionRegistry, 'ofRoute' | 'get'>;
  upstreams: Pick<UpstreamPools, 'evenOut'>;
}

/** The connections of a route that this gateway closes. */
export interface RebalancePart {
  routeId: string;
  /** How many connections of which upstream. */
  closes: readonly { upstreamId: string; count: number }[];
  periodMs: number;
}

interface Running {
  startedAt: Date;
  connections: readonly LiveConnection[];
  spread: Spread;
}

const serviceRestart = 1012;
// Clients that were closed last have connected again by then.
const evenOutLongerMs = 30_000;
// The number of rebalances whose progress is kept.
const maxRemembered = 1000;

/**
 * Closes the excess connections of upstreams, as the API has planned it for the whole fleet. The connections
 * are chosen at the start, so that no client that reconnects is closed again; meanwhile new connections go to
 * the upstreams with the fewest.
 */
export class Rebalances {
  readonly #byRoute = new Map<string, Running>();

  constructor(private readonly input: RebalancesInput) {}

  /** Replaces a running rebalance of the route. */
  start({ routeId, closes, periodMs }: RebalancePart): RebalanceProgress {
    this.#byRoute.get(routeId)?.spread.stop();
    this.#byRoute.delete(routeId);
    const connections = this.#choose(routeId, closes);
    const spread = spreadClose(connections, { code: serviceRestart, reason: 'rebalanced', periodMs });
    this.#byRoute.set(routeId, { startedAt: new Date(), connections, spread });
    this.#forgetOldest();
    this.input.upstreams.evenOut(routeId, periodMs + evenOutLongerMs);
    return this.progress(routeId);
  }

  /** The connections that were not closed yet stay. */
  stop(routeId: string): RebalanceProgress {
    const running = this.#byRoute.get(routeId);
    if (running) {
      const kept = new Set(running.spread.stop());
      const connections = running.connections.filter((connection) => !kept.has(connection));
      const { startedAt, spread } = running;
      this.#byRoute.set(routeId, { startedAt, connections, spread });
      this.input.upstreams.evenOut(routeId, 0);
    }
    return this.progress(routeId);
  }

  stopAll(): void {
    for (const { spread } of this.#byRoute.values()) spread.stop();
    this.#byRoute.clear();
  }

  progress(routeId: string): RebalanceProgress {
    const running = this.#byRoute.get(routeId);
    if (!running) return { isRunning: false, startedAt: null, total: 0, remaining: 0 };
    const { startedAt, connections } = running;
    const remaining = connections.filter((connection) => this.#isOpen(connection)).length;
    return {
      isRunning: remaining > 0,
      startedAt: startedAt.toISOString(),
      total: connections.length,
      remaining,
    };
  }

  /** How many open connections of the route there are at each upstream. */
  counts(routeId: string): { upstreamId: string; connections: number }[] {
    const byUpstream = [...this.#openByUpstream(routeId)];
    return byUpstream.map(([id, connections]) => ({ upstreamId: id, connections: connections.length }));
  }

  #choose(routeId: string, closes: RebalancePart['closes']): LiveConnection[] {
    const byUpstream = this.#openByUpstream(routeId);
    return closes.flatMap(({ upstreamId: id, count }) => drawn(byUpstream.get(id) ?? [], count));
  }

  // By the URL first: its id is expensive.
  #openByUpstream(routeId: string): Map<string, LiveConnection[]> {
    const byUrl = new Map<string, LiveConnection[]>();
    for (const connection of this.input.registry.ofRoute(routeId)) {
      if (!this.#isOpen(connection)) continue;
      const alike = byUrl.get(connection.upstreamUrl) ?? [];
      byUrl.set(connection.upstreamUrl, alike);
      alike.push(connection);
    }
    const byUpstream = new Map<string, LiveConnection[]>();
    for (const [url, connections] of byUrl) {
      const id = upstreamId(url);
      byUpstream.set(id, [...(byUpstream.get(id) ?? []), ...connections]);
    }
    return byUpstream;
  }

  #isOpen({ id, tunnel }: LiveConnection): boolean {
    return !tunnel.isClosing && this.input.registry.get(id) !== null;
  }

  #forgetOldest(): void {
    const [oldest] = this.#byRoute.keys();
    if (oldest === undefined || this.#byRoute.size <= maxRemembered) return;
    this.stop(oldest);
    this.#byRoute.delete(oldest);
  }
}

/** Chooses this many of them at random, so that neither only the oldest nor only the newest are closed. */
function drawn(connections: readonly LiveConnection[], count: number): LiveConnection[] {
  return connections
    .map((connection) => ({ connection, rank: Math.random() }))
    .sort((one, other) => one.rank - other.rank)
    .slice(0, count)
    .map(({ connection }) => connection);
}
