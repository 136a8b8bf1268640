import type { RefusalCode } from '#libs/problem-details';
import type { TunnelCounters, TunnelEnd } from '#libs/tunnel';

/** What every record has. */
export interface RecordBase {
  connectionId: string;
  /**
   * Host and path as they were matched; null where the request could not be parsed. The query is never kept.
   */
  host: string | null;
  path: string | null;
  clientAddress: string;
  tenantId: string | null;
  routeId: string | null;
  apiKeyId: string | null;
  upstreamUrl: string | null;
  durationMs: number;
}

/** A request that did not become a connection. */
export interface RefusedRecord extends RecordBase {
  outcome: 'refused';
  /**
   * The code of the answer; `upstream_answer` where the upstream's own answer went back, `client_gone`
   * where nobody was left to answer.
   */
  code: RefusalCode | 'upstream_answer' | 'client_gone';
  status: number | null;
  detail: string | null;
}

/** A connection that was joined and has ended. */
export interface EndedRecord extends RecordBase, TunnelEnd {
  outcome: 'ended';
  subprotocol: string | null;
  fromClient: TunnelCounters;
  fromUpstream: TunnelCounters;
}

/** What is known of one request or connection once it is over; there is exactly one for each. */
export type ConnectionRecord = RefusedRecord | EndedRecord;
