import type { AcquireResult, ConnectionLimit } from './connection-limits.js';

type LimitRefusal = Extract<AcquireResult, { ok: false; limit: ConnectionLimit }>;
type UnavailableRefusal = Extract<AcquireResult, { code: 'limits_unavailable' }>;

// When a slot becomes free is unknown. This is short enough for a waiting person, and long enough for a full
// tenant.
const retryFullAfterSeconds = 5;

/** The tenant's connect rate is used up for `waitMs` milliseconds. */
export function rateRefusal(waitMs: number): LimitRefusal {
  const retryAfterSeconds = Math.max(1, Math.ceil(waitMs / 1000));
  return { ok: false, code: 'connect_rate', limit: 'tenant', retryAfterSeconds };
}

/** There is no slot left under this limit. */
export function limitRefusal(limit: ConnectionLimit): LimitRefusal {
  return { ok: false, code: 'connection_limit', limit, retryAfterSeconds: retryFullAfterSeconds };
}

/** The client has disconnected. */
export function abortedRequest(): Extract<AcquireResult, { code: 'aborted' }> {
  return { ok: false, code: 'aborted' };
}

/** It is unknown whether a slot is left. */
export function unavailableRefusal(): UnavailableRefusal {
  return { ok: false, code: 'limits_unavailable', limit: null, retryAfterSeconds: 2 };
}
