import type { RefusalCode } from '#libs/problem-details';

/** Why a request does not become a connection, as a step of the pipeline says it. */
export interface Refusal {
  code: RefusalCode;
  /** Sent to the client; it never has an internal address, name or cause. */
  detail?: string | undefined;
  /** For the record only. */
  cause?: string | undefined;
  limit?: string | undefined;
  retryAfterSeconds?: number | undefined;
}

/** How an attempt that was not joined came to its end. */
export type NotJoined =
  | { kind: 'refused'; refusal: Refusal }
  | { kind: 'upstream_answer'; status: number }
  | { kind: 'client_gone'; cause: string };
