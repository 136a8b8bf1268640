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

/** The refusal if no upstream could be reached. Its cause is for the record. */
export function failureRefusal(code: RefusalCode, cause: string): Refusal {
  const retryAfterSeconds = code === 'upstream_unavailable' ? retryUnavailableAfterSeconds : undefined;
  return { code, cause, retryAfterSeconds };
}
