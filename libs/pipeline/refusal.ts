import type { LimitsRefusal } from '#libs/limits';
import type { RefusalCode } from '#libs/problem-details';

/** The reason for which a step of the pipeline refuses a request. */
export interface Refusal {
  code: RefusalCode;
  /** Sent to the client. It must not contain an internal address, name or cause. */
  detail?: string | undefined;
  /** For the record only. */
  cause?: string | undefined;
  limit?: string | undefined;
  retryAfterSeconds?: number | undefined;
}

/** The end of an attempt that was not joined. */
export type NotJoined =
  | { kind: 'refused'; refusal: Refusal }
  | { kind: 'upstream_answer'; status: number }
  | { kind: 'client_gone'; cause: string };

// A slow upstream has answered many requests by then, unless it is silent.
const retryBusyAfterSeconds = 2;

// The upstreams become available only after a change of the route.
const retryUnavailableAfterSeconds = 10;

export const drainingRefusal: Refusal = { code: 'draining', retryAfterSeconds: 1 };

export const fullRefusal: Refusal = {
  code: 'upstream_busy',
  limit: 'upstream',
  detail: 'every upstream of the route is full',
  // Connections live longer than requests, so capacity becomes free slowly.
  retryAfterSeconds: 5,
};

/** The refusal of a limit for the client. */
export function limitRefusalOf({ code, limit, retryAfterSeconds }: LimitsRefusal): Refusal {
  if (limit === null) return { code, retryAfterSeconds };
  return { code, limit, retryAfterSeconds, detail: `the limit of the ${limit} is reached` };
}

/** The refusal if too many requests of a tenant or route wait for an upstream. */
export function busyRefusal(limit: 'tenant' | 'route'): Refusal {
  const detail = `too many requests of the ${limit} wait for an upstream`;
  return { code: 'upstream_busy', limit, detail, retryAfterSeconds: retryBusyAfterSeconds };
}

/** The refusal if no upstream could be reached. Its cause is for the record. */
export function failureRefusal(code: RefusalCode, cause: string): Refusal {
  const retryAfterSeconds = code === 'upstream_unavailable' ? retryUnavailableAfterSeconds : undefined;
  return { code, cause, retryAfterSeconds };
}
