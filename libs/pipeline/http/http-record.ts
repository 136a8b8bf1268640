import type { RefusalCode } from '#libs/problem-details';

/**
 * The record of an ordinary HTTP request; there is exactly one for each. The query is never
 * recorded.
 */
export interface HttpRecord {
  kind: 'http';
  /**
   * `answered`: the answer of an upstream was forwarded whole, or a preflight was answered;
   * `refused`: the gateway answered;
   * `cut_short`: the answer of the upstream was cut off, and so was the client's, or a change of the
   * configuration ended it.
   */
  outcome: 'answered' | 'refused' | 'cut_short' | 'client_gone';
  /** The `X-Request-Id` of the client, or else a new one. */
  requestId: string;
  method: string;
  host: string;
  path: string;
  clientAddress: string;
  /** The version of HTTP that the client speaks: `1.1`, `2`, … */
  httpVersion: string;
  tenantId: string | null;
  routeId: string | null;
  apiKeyId: string | null;
  upstreamUrl: string | null;
  durationMs: number;
  /** The status that the client got; null: none. */
  status: number | null;
  /** The code of the gateway's answer; null: it gave none. */
  code: RefusalCode | null;
  detail: string | null;
  /** The bytes of the bodies that were forwarded. */
  requestBytes: number;
  responseBytes: number;
}
