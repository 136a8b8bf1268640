import { OutlierEjection } from './outlier-ejection.js';
import type { LastProbe, WatchedUpstream } from './health-checks.js';

/** The end of a connection, with the close code in its record. */
export interface ConnectionEnd {
  endedBy: 'client' | 'upstream' | 'gateway';
  closeCode: number;
}

/**
 * `unknown`: not probed, or not often enough. `unhealthy`: probes failed. `ejected`: handshakes or
 * connections failed.
 */
export type HealthState = 'unknown' | 'healthy' | 'unhealthy' | 'ejected';

/** The observations of this gateway about one upstream of a route. */
export class UpstreamHealth {
  readonly outlier = new OutlierEjection();
  state: HealthState = 'unknown';
  since = new Date();
  /** Why the upstream is unhealthy or ejected; null otherwise. */
  why: string | null = null;
  watched: WatchedUpstream | null = null;
  /** Called with the lifetime of ended connections; null if the route does not use it. */
  onEnded: ((livedMs: number, end: ConnectionEnd) => void) | null = null;
  /** The last failure of a handshake or a connection. */
  lastFailure = '';

  /** Whether the upstream may get new connections. */
  get isWell(): boolean {
    return this.state === 'healthy' || this.state === 'unknown';
  }

  get lastProbe(): LastProbe | null {
    return this.watched?.health.lastProbe ?? null;
  }

  /** The current state, with its reason. */
  observed(nowMs: number): { state: HealthState; why: string | null } {
    const probed = this.watched?.health.state ?? 'unknown';
    if (probed === 'unhealthy') return { state: probed, why: this.lastProbe?.detail ?? null };
    if (this.outlier.isEjected(nowMs)) return { state: 'ejected', why: this.lastFailure };
    return { state: probed, why: null };
  }
}
