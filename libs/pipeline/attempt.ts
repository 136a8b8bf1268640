import type { X509Certificate } from 'node:crypto';
import type { PublishedApiKey, PublishedRoute, PublishedTenant } from '#libs/contract';
import type { UpgradeRequest } from '#libs/handshake';
import { problems } from '#libs/problem-details';
import type { RefusedRecord } from './connection-record.js';
import type { UpstreamEndpoint } from '#libs/upstreams';
import type { PendingClient } from './pending-client.js';
import type { NotJoined } from './refusal.js';

/** The state of one request before it becomes a connection. Each step of the pipeline adds to it. */
export interface Attempt {
  id: string;
  client: PendingClient;
  clientAddress: string;
  /** The address of the socket's peer, which is a trusted proxy or the client itself. */
  peerAddress: string;
  isTrustedPeer: boolean;
  /** The version of HTTP that the client speaks: `1.1`, `2`, … */
  httpVersion: string;
  /** The scheme that the client uses with this gateway. */
  protocolScheme: 'http' | 'https';
  /** The certificate of the client, if it presented one that an authority of this gateway issued. */
  clientCertificate: X509Certificate | null;
  startedAtMs: number;
  request?: UpgradeRequest;
  route?: PublishedRoute;
  tenant?: PublishedTenant;
  apiKey?: PublishedApiKey | null;
  /** The upstream that was asked last. */
  upstream?: UpstreamEndpoint;
}

export function refusedRecord(attempt: Attempt, end: NotJoined, requestId: string): RefusedRecord {
  return {
    outcome: 'refused',
    requestId,
    connectionId: attempt.id,
    host: attempt.request?.host ?? null,
    path: attempt.request?.path ?? null,
    clientAddress: attempt.clientAddress,
    httpVersion: attempt.httpVersion,
    tenantId: attempt.tenant?.id ?? null,
    routeId: attempt.route?.id ?? null,
    apiKeyId: attempt.apiKey?.id ?? null,
    upstreamUrl: attempt.upstream?.url ?? null,
    durationMs: Math.round(performance.now() - attempt.startedAtMs),
    ...answerOf(end),
  };
}

function answerOf(end: NotJoined): Pick<RefusedRecord, 'code' | 'status' | 'detail'> {
  switch (end.kind) {
    case 'refused': {
      const { code, cause, detail } = end.refusal;
      return { code, status: problems[code].status, detail: cause ?? detail ?? null };
    }
    case 'upstream_answer':
      return { code: 'upstream_answer', status: end.status, detail: null };
    case 'client_gone':
      return { code: 'client_gone', status: null, detail: end.cause };
  }
}
