import { LightAbort } from '#libs/async';
import { problems } from '#libs/problem-details';
import type { RequestBody } from '#libs/handshake';
import type { ExchangeEnd } from '#libs/http-proxy';
import type { Attempt } from '../attempt.js';
import type { AuthenticatedRequest } from '../current-access.js';
import type { Refusal } from '../refusal.js';
import type { HttpRecord } from './http-record.js';
import type { IncomingRequest } from './incoming-request.js';

/** The state of one ordinary request. Each step adds to it. */
export interface HttpAttempt extends Omit<Attempt, 'client' | 'request'> {
  incoming: IncomingRequest;
  requestId: string;
  isAdmitted: boolean;
  ending: RequestEnding;
  /** Of the upstream in the route that was asked last; null: none was asked yet. */
  listedUpstreamUrl: string | null;
  /** The bytes of the bodies that were forwarded. */
  bytes: { request: number; response: number };
}

/** A request whose body is framed in a way that all servers read alike. */
export interface FramedAttempt extends HttpAttempt {
  body: RequestBody;
}

export interface AdmittedAttempt extends FramedAttempt {
  /** What admitted it last. */
  authenticated: AuthenticatedRequest;
}

/**
 * Aborted when the client of a request is gone, or with a refusal when a change of the configuration
 * no longer admits it.
 */
export class RequestEnding extends LightAbort {
  /** Why the gateway has ended the request; null: it has not. */
  refusal: Refusal | null = null;

  refuse(refusal: Refusal): void {
    if (this.aborted) return;
    this.refusal = refusal;
    this.abort();
  }
}

export type HttpEnd =
  | { kind: 'refused'; refusal: Refusal }
  | { kind: 'client_gone' }
  | Extract<ExchangeEnd, { kind: 'answered' | 'cut_short' }>;

export function httpRecord(attempt: HttpAttempt, end: HttpEnd): HttpRecord {
  const { incoming, tenant, route, apiKey, upstream, bytes } = attempt;
  return {
    kind: 'http',
    outcome: end.kind,
    requestId: attempt.requestId,
    method: incoming.head.method,
    host: incoming.matched.message.host,
    path: incoming.matched.message.path,
    clientAddress: attempt.clientAddress,
    httpVersion: attempt.httpVersion,
    tenantId: tenant?.id ?? null,
    routeId: route?.id ?? null,
    apiKeyId: apiKey?.id ?? null,
    upstreamUrl: upstream?.url ?? null,
    durationMs: Math.round(performance.now() - attempt.startedAtMs),
    requestBytes: bytes.request,
    responseBytes: bytes.response,
    ...answerOf(end),
  };
}

function answerOf(end: HttpEnd): Pick<HttpRecord, 'status' | 'code' | 'detail'> {
  switch (end.kind) {
    case 'refused': {
      const { code, cause, detail } = end.refusal;
      return { status: problems[code].status, code, detail: cause ?? detail ?? null };
    }
    case 'answered':
      return { status: end.status, code: null, detail: null };
    case 'cut_short':
      return { status: end.status, code: null, detail: end.detail };
    case 'client_gone':
      return { status: null, code: null, detail: null };
    default:
      return end satisfies never;
  }
}
