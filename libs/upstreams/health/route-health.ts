import { isDeepStrictEqual } from 'node:util';
import type { PublishedRoute } from '#libs/contract';
import type { UpstreamState } from '../upstream-state.js';
import type { HealthChecks } from './health-checks.js';
import type { ConnectionEnd, HealthState } from './upstream-health.js';

export type CheckedRoute = Pick<
  PublishedRoute,
  'id' | 'tenantId' | 'enabled' | 'healthCheck' | 'outlierEjection' | 'onDown' | 'upstreamTls'
>;

/** An upstream of a route is in another state. */
export interface HealthTransition {
  route: CheckedRoute;
  upstream: UpstreamState;
  from: HealthState;
  to: HealthState;
  why: string | null;
  /** Whether another upstream of the route is well. */
  areOthersWell: boolean;
}

export interface RouteHealthInput {
  checks: Pick<HealthChecks, 'watch'>;
  onTransition: (transition: HealthTransition) => void;
  /** Milliseconds of a monotonic clock. */
  now: () => number;
}

type Checked = Pick<CheckedRoute, 'healthCheck' | 'upstreamTls'>;

// No close frame, an internal error, a restart, overload, and an answer that is no answer of a gateway: an
// upstream that is not well. Other codes are a word of the application with its client, which must not
// eject the upstream for others.
const abnormalCloseCodes: ReadonlySet<number> = new Set([1006, 1011, 1012, 1013, 1014]);

/** Observes the upstreams of one route: by probes, and by what happens to requests and connections. */
export class RouteHealth {
  #route: CheckedRoute | null = null;
  #upstreams: readonly UpstreamState[] = [];
  readonly #checked = new Map<UpstreamState, Checked>();
  readonly #returns = new Map<UpstreamState, NodeJS.Timeout>();
  #isStopped = false;

  constructor(
    private readonly input: RouteHealthInput,
    /** Called when an upstream has become well, or no longer is. */
    private readonly onChanged: () => void,
  ) {}

  /** Takes the route as it is now, with its upstreams. */
  follow(route: CheckedRoute, upstreams: readonly UpstreamState[]): void {
    this.#route = route;
    this.#upstreams = upstreams;
    for (const upstream of [...this.#checked.keys()]) this.#releaseUnlessSame(upstream, route);
    if (route.healthCheck && route.enabled) for (const upstream of upstreams) this.#watch(upstream, route);
    if (route.outlierEjection === null) for (const upstream of upstreams) this.#endEjection(upstream);
    const watchesEnds = (route.outlierEjection?.shortLivedMs ?? null) !== null;
    for (const upstream of upstreams) {
      upstream.health.onEnded = watchesEnds ? (livedMs, end) => this.#ended(upstream, livedMs, end) : null;
      this.#read(upstream);
    }
  }

  /** A handshake with the upstream succeeded. */
  joined({ health }: UpstreamState): void {
    const bounds = this.#route?.outlierEjection;
    if (bounds) health.outlier.joined(this.input.now(), bounds);
  }

  /** A dial or a handshake failed; `why` is for the owner of the route. */
  failed(upstream: UpstreamState, why: string): void {
    const bounds = this.#route?.outlierEjection;
    if (!bounds || this.#isStopped) return;
    const nowMs = this.input.now();
    upstream.health.lastFailure = `${bounds.consecutiveFailures} failures in a row, the last: ${why}`;
    if (!upstream.health.outlier.failed(nowMs, bounds) || !this.#mayEject(upstream)) return;
    upstream.health.outlier.eject(nowMs, bounds);
    this.#scheduleReturn(upstream, nowMs);
    this.#read(upstream);
  }

  stop(): void {
    this.#isStopped = true;
    for (const upstream of [...this.#checked.keys()]) this.#release(upstream);
    for (const timer of this.#returns.values()) clearTimeout(timer);
    this.#returns.clear();
  }

  #ended(upstream: UpstreamState, livedMs: number, { endedBy, closeCode }: ConnectionEnd): void {
    const shortLivedMs = this.#route?.outlierEjection?.shortLivedMs ?? null;
    if (shortLivedMs === null || livedMs >= shortLivedMs) return;
    if (endedBy !== 'upstream' || !abnormalCloseCodes.has(closeCode)) return;
    this.failed(upstream, `a connection ended within ${shortLivedMs} ms`);
  }

  #watch(upstream: UpstreamState, { tenantId, healthCheck, upstreamTls }: CheckedRoute): void {
    if (!healthCheck || this.#checked.has(upstream) || upstream.settings.state === 'down') return;
    this.#checked.set(upstream, { healthCheck, upstreamTls });
    upstream.health.watched = this.input.checks.watch({
      endpoint: upstream.endpoint,
      tls: upstreamTls,
      check: healthCheck,
      tenantId,
      onChange: () => this.#read(upstream),
    });
  }

  #releaseUnlessSame(upstream: UpstreamState, { healthCheck, upstreamTls, enabled }: CheckedRoute): void {
    const isListed = this.#upstreams.includes(upstream) && upstream.settings.state !== 'down';
    const checked = this.#checked.get(upstream);
    if (enabled && isListed && isDeepStrictEqual(checked, { healthCheck, upstreamTls })) return;
    this.#release(upstream);
  }

  #release(upstream: UpstreamState): void {
    this.#checked.delete(upstream);
    upstream.health.watched?.release();
    upstream.health.watched = null;
  }

  // At most half of the upstreams: a rule that ejects more would take a route away from its clients.
  #mayEject({ settings }: UpstreamState): boolean {
    const active = this.#upstreams.filter((one) => one.settings.state === 'active');
    const ejected = active.filter(({ health }) => health.state === 'ejected').length;
    return settings.state === 'active' && (ejected + 1) * 2 <= active.length;
  }

  #scheduleReturn(upstream: UpstreamState, nowMs: number): void {
    clearTimeout(this.#returns.get(upstream));
    const back = (): void => {
      this.#returns.delete(upstream);
      this.#read(upstream);
    };
    // A timer may be early by a part of a millisecond.
    const timer = setTimeout(back, Math.ceil(upstream.health.outlier.ejectedUntilMs - nowMs) + 1);
    timer.unref();
    this.#returns.set(upstream, timer);
  }

  #endEjection(upstream: UpstreamState): void {
    clearTimeout(this.#returns.get(upstream));
    this.#returns.delete(upstream);
    upstream.health.outlier.forget();
  }

  #read(upstream: UpstreamState): void {
    const { health } = upstream;
    const { state: from, isWell: wasWell } = health;
    const { state: to, why } = health.observed(this.input.now());
    if (to === from || !this.#route || this.#isStopped || !this.#upstreams.includes(upstream)) return;
    health.state = to;
    health.since = new Date();
    health.why = why;
    if (health.isWell !== wasWell) this.onChanged();
    const areOthersWell = this.#upstreams.some(
      (one) => one !== upstream && one.isAvailable && one.health.isWell,
    );
    this.input.onTransition({ route: this.#route, upstream, from, to, why, areOthersWell });
  }
}
