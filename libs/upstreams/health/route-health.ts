import { isDeepStrictEqual } from 'node:util';
import type { PublishedRoute } from '#libs/contract';
import type { UpstreamState } from '../upstream-state.js';
import type { HealthChecks } from './health-checks.js';
import type { ConnectionEnd, HealthState } from './upstream-health.js';

export type CheckedRoute = Pick<
  PublishedRoute,
  'id' | 'tenantId' | 'enabled' | 'healthCheck' | 'outlierEjection' | 'onDown' | 'upstreamTls'
>;

/** A change of the state of an upstream. */
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

// Codes of a failing upstream: no close frame, internal error, restart, overload, bad gateway. Other codes
// are part of the application's protocol, and must not eject the upstream for other clients.
const abnormalCloseCodes: ReadonlySet<number> = new Set([1006, 1011, 1012, 1013, 1014]);

/** Observes the upstreams of one route by probes, and by the results of requests and connections. */
export class RouteHealth {
  #route: CheckedRoute | null = null;
  #upstreams: readonly UpstreamState[] = [];
  readonly #checked = new Map<UpstreamState, Checked>();
  readonly #returns = new Map<UpstreamState, NodeJS.Timeout>();
  #isStopped = false;

  constructor(
    private readonly input: RouteHealthInput,
    /** Called when an upstream becomes well or stops being well. */
    private readonly onChanged: () => void,
  ) {}

  /** Updates to the current route and its upstreams. */
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

  /** Reports a successful handshake with the upstream. */
  joined({ health }: UpstreamState): void {
    const bounds = this.#route?.outlierEjection;
    if (bounds) health.outlier.joined(this.input.now(), bounds);
  }

  /** Reports a failed dial or handshake. `why` is shown to the owner of the route. */
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

  // At most half of the upstreams are ejected; otherwise the rule could make a route unavailable.
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
    // A timer may fire a fraction of a millisecond early.
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
