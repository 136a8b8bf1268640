import type { Upstream } from '#libs/contract';
import { UpstreamHealth, type ConnectionEnd } from './health/upstream-health.js';
import type { UpstreamEndpoint } from './upstream-endpoint.js';

// With a smaller share, an upstream of a quiet route would get no connection for the whole period.
const minSlowStart = 0.1;

/**
 * The state of one upstream of a route in this gateway: its settings, its connections and requests, and its
 * health. It survives changes of the route.
 */
export class UpstreamState {
  /** Number of live connections. */
  live = 0;
  /** Number of requests that dial the upstream or wait for its answer. */
  pending = 0;
  /** By how much this gateway's share of the fleet's connections differs from its own ones. */
  fleetShift = 0;
  readonly health = new UpstreamHealth();
  /** Called when a connection or request has ended; null if no request can wait for that. */
  onFreed: (() => void) | null = null;

  #slowStart: { startedAtMs: number; periodMs: number } | null = null;

  constructor(
    /** `ups_…` */
    readonly id: string,
    readonly endpoint: UpstreamEndpoint,
    /** Replaced when the route changes. */
    public settings: Readonly<Upstream>,
  ) {}

  /** Must be called when a live connection has ended; `livedMs` is the time since its request. */
  leave(end?: ConnectionEnd, livedMs = 0): void {
    this.live -= 1;
    if (end) this.health.onEnded?.(livedMs, end);
    this.onFreed?.();
  }

  /** Must be called when a request no longer waits for an answer. */
  settle(): void {
    this.pending -= 1;
    this.onFreed?.();
  }

  get weight(): number {
    return this.settings.weight;
  }

  /** The load for balancing: this gateway's own connections, or its share of the fleet's connections. */
  get load(): number {
    return Math.max(this.live + this.pending + this.fleetShift, 0);
  }

  get hasLimit(): boolean {
    return this.settings.maxConnections !== null || this.settings.maxPending !== null;
  }

  /** Whether the upstream has reached its maximum of connections or of pending requests. */
  get isFull(): boolean {
    const { maxConnections, maxPending } = this.settings;
    if (maxConnections !== null && this.live + this.pending >= maxConnections) return true;
    return maxPending !== null && this.pending >= maxPending;
  }

  /** The weight, or the part of it that a slow start allows now. */
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

  /** Whether the settings allow new connections. */
  get isAvailable(): boolean {
    return this.settings.state === 'active' && this.settings.weight > 0;
  }
}
