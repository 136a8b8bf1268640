import type { Logger } from 'pino';
import { spreadClose, type ConnectionRegistry, type LiveConnection, type Spread } from '#libs/connections';
import type { FleetEvent } from '#libs/fleet';
import type { HealthTransition, UpstreamState } from '#libs/upstreams';
import type { UpstreamMetrics } from '../metrics/upstream-metrics.js';

export interface UpstreamObserverInput {
  gatewayId: string;
  registry: Pick<ConnectionRegistry, 'ofRoute'>;
  metrics: () => Pick<UpstreamMetrics, 'countTransition'>;
  publish: (event: FleetEvent) => void;
  logger: Pick<Logger, 'info'>;
  /** Milliseconds over which connections with an upstream that is down are closed. */
  movePeriodMs: number;
}

const serviceRestart = 1012;
// An upstream that thousands of routes share changes for all of them at once.
const maxEventsPerSecond = 100;

/**
 * Counts, logs and publishes changes of the health of upstreams, and closes connections where their route
 * wants it.
 */
export class UpstreamObserver {
  readonly #moves = new Map<UpstreamState, Spread>();
  #secondEndsAtMs = 0;
  #published = 0;

  constructor(private readonly input: UpstreamObserverInput) {}

  onTransition(transition: HealthTransition): void {
    const { metrics, logger } = this.input;
    const { route, upstream, from, to, why } = transition;
    metrics().countTransition(to);
    const { id: routeId, tenantId } = route;
    const { url } = upstream.endpoint;
    logger.info(
      { routeId, tenantId, upstreamUrl: url, from, to, why },
      'the health of an upstream has changed',
    );
    this.#publish(transition);
    if (to === 'unhealthy') this.#move(transition);
    else if (from === 'unhealthy') this.#stopMove(upstream);
  }

  stop(): void {
    for (const spread of this.#moves.values()) spread.stop();
    this.#moves.clear();
  }

  #publish({ route, upstream, from, to, why }: HealthTransition): void {
    const nowMs = performance.now();
    if (nowMs >= this.#secondEndsAtMs) {
      this.#secondEndsAtMs = nowMs + 1000;
      this.#published = 0;
    }
    this.#published += 1;
    if (this.#published > maxEventsPerSecond) return;
    const { id: routeId, tenantId } = route;
    this.input.publish({
      type: 'upstreamHealth',
      at: upstream.health.since.toISOString(),
      gatewayId: this.input.gatewayId,
      tenantId,
      routeId,
      upstream: { id: upstream.id, url: upstream.endpoint.url },
      from,
      to,
      why,
    });
  }

  // Where no other upstream is well, its clients would only come back to it.
  #move({ route, upstream, areOthersWell }: HealthTransition): void {
    if (route.onDown !== 'move' || !areOthersWell) return;
    const { registry, movePeriodMs } = this.input;
    const connections = [...registry.ofRoute(route.id)].filter((one) => isWith(one, upstream));
    if (connections.length === 0) return;
    const close = { code: serviceRestart, reason: 'upstream down', periodMs: movePeriodMs };
    const spread = spreadClose(connections, close);
    this.#moves.set(upstream, spread);
    void spread.done.then(() => {
      if (this.#moves.get(upstream) === spread) this.#moves.delete(upstream);
    });
  }

  #stopMove(upstream: UpstreamState): void {
    this.#moves.get(upstream)?.stop();
    this.#moves.delete(upstream);
  }
}

function isWith({ upstreamUrl }: LiveConnection, { endpoint }: UpstreamState): boolean {
  return upstreamUrl === endpoint.url;
}
