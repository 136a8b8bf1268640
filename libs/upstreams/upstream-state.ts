import type { Upstream } from '#libs/contract';
import { UpstreamHealth, type ConnectionEnd } from './health/upstream-health.js';
import type { UpstreamEndpoint } from './upstream-endpoint.js';

// Below that, an upstream of a quiet route would get nothing for the whole period.
const minSlowStart = 0.1;

/**
 * One upstream of a route as this gateway sees it: its settings, and what it has there now. It outlives
 * changes of the route.
 */
export class UpstreamState {
  /** Connections that live. */
  live = 0;
  /** Requests that are dialing it or wait for its answer. */
  pending = 0;
  readonly health = new UpstreamHealth();
  /** Called when it has fewer connections or requests; null: nobody waits for a place. */
  onFreed: (() => void) | null = null;

  #slowStart: { startedAtMs: number; periodMs: number } | null = null;

  constructor(
    /** `ups_…` */
    readonly id: string,
    readonly endpoint: UpstreamEndpoint,
    /** Replaced when the route changes. */
    public settings: Readonly<Upstream>,
  ) {}

  /** A connection that was live has ended, so long after its request. */
  leave(end?: ConnectionEnd, livedMs = 0): void {
    this.live -= 1;
    if (end) this.health.onEnded?.(livedMs, end);
    this.onFreed?.();
  }

  /** A request no longer waits for its answer. */
  settle(): void {
    this.pending -= 1;
    this.onFreed?.();
  }

  get weight(): number {
    return this.settings.weight;
  }

  get load(): number {
    return this.live + this.pending;
  }

  get hasLimit(): boolean {
    return this.settings.maxConnections !== null || this.settings.maxPending !== null;
  }

  /** Whether it has as many connections, or requests that wait for its answer, as its settings allow. */
  get isFull(): boolean {
    const { maxConnections, maxPending } = this.settings;
    if (maxConnections !== null && this.load >= maxConnections) return true;
    return maxPending !== null && this.pending >= maxPending;
  }

  /** Its weight, which grows from a tenth while it starts slowly. */
  share(nowMs: number): number {
    const { weight } = this.settings;
    if (this.#slowStart === null) return weight;
    const grown = (nowMs - this.#slowStart.startedAtMs) / this.#slowStart.periodMs;
    if (grown >= 1) this.#slowStart = null;
    return weight * Math.min(Math.max(grown, minSlowStart), 1);
  }

  startSlowly(startedAtMs: number, periodMs: number): void {
    this.#slowStart = { startedAtMs, periodMs };
  }

  /** Whether the route lets it have new connections. */
  get isAvailable(): boolean {
    return this.settings.state === 'active' && this.settings.weight > 0;
  }
}
