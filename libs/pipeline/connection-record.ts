import type { RefusalCode } from '#libs/problem-details';
import type { TunnelCounters, TunnelEnd } from '#libs/tunnel';

/** The fields of every record. */
export interface RecordBase {
  connectionId: string;
  /**
   * Host and path in the form that was matched; null if the request could not be parsed. The query is never
   * recorded.
   */
  host: string | null;
  path: string | null;
  clientAddress: string;
  /** The version of HTTP that the client speaks: `1.1`, `2`, … */
  httpVersion: string;
  tenantId: string | null;
  routeId: string | null;
  apiKeyId: string | null;
  upstreamUrl: string | null;
  durationMs: number;
}

/** A request that did not become a connection. */
export interface RefusedRecord extends RecordBase {
  outcome: 'refused';
  /** The `X-Request-Id` of the client or else of the refusal. */
  requestId: string;
  /**
   * The code of the answer; `upstream_answer` if the upstream's own answer was forwarded, `client_gone` if
   * the client had disconnected.
   */
  code: RefusalCode | 'upstream_answer' | 'client_gone';
  status: number | null;
  detail: string | null;
}

/** A joined connection that has ended. */
export interface EndedRecord extends RecordBase, TunnelEnd {
  outcome: 'ended';
  tenantId: string;
  routeId: string;
  subprotocol: string | null;
  fromClient: TunnelCounters;
  fromUpstream: TunnelCounters;
}

/** The record of a finished request or connection; there is exactly one for each. */
export type ConnectionRecord = RefusedRecord | EndedRecord;
