import { OutlierEjection } from './outlier-ejection.js';
import type { LastProbe, WatchedUpstream } from './health-checks.js';

/** How a connection ended: the close code as the gateway records it. */
export interface ConnectionEnd {
  endedBy: 'client' | 'upstream' | 'gateway';
  closeCode: number;
}

/**
 * `unknown`: it has not been probed, or not often enough. `unhealthy`: probes say so. `ejected`: handshakes
 * or connections failed.
 */
export type HealthState = 'unknown' | 'healthy' | 'unhealthy' | 'ejected';

/** What this gateway observed of one upstream of a route. */
export class UpstreamHealth {
  readonly outlier = new OutlierEjection();
  state: HealthState = 'unknown';
  since = new Date();
  /** Why it is unhealthy or ejected; null: it is neither. */
  why: string | null = null;
  watched: WatchedUpstream | null = null;
  /** Where connections report how long they lived, while the route wants to know. */
  onEnded: ((livedMs: number, end: ConnectionEnd) => void) | null = null;
  /** The last failure of a handshake or a connection. */
  lastFailure = '';

  /** Whether it may get new connections. */
  get isWell(): boolean {
    return this.state === 'healthy' || this.state === 'unknown';
  }

  get lastProbe(): LastProbe | null {
    return this.watched?.health.lastProbe ?? null;
  }

  /** The state by what is known now; `why` belongs to it. */
  observed(nowMs: number): { state: HealthState; why: string | null } {
    const probed = this.watched?.health.state ?? 'unknown';
    if (probed === 'unhealthy') return { state: probed, why: this.lastProbe?.detail ?? null };
    if (this.outlier.isEjected(nowMs)) return { state: 'ejected', why: this.lastFailure };
    return { state: probed, why: null };
  }
}
