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
