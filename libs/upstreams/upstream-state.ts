import type { Upstream } from '#libs/contract';
import type { UpstreamEndpoint } from './upstream-endpoint.js';

/**
 * One upstream of a route as this gateway sees it: its settings, and what it has there now. It outlives
 * changes of the route.
 */
export class UpstreamState {
  /** Connections that live. */
  live = 0;
  /** Requests that are dialing it or wait for its answer. */
  pending = 0;

  constructor(
    /** `ups_…` */
    readonly id: string,
    readonly endpoint: UpstreamEndpoint,
    /** Replaced when the route changes. */
    public settings: Readonly<Upstream>,
  ) {}

  get weight(): number {
    return this.settings.weight;
  }

  /** Whether it may get new connections. */
  get isAvailable(): boolean {
    return this.settings.state === 'active' && this.settings.weight > 0;
  }
}
