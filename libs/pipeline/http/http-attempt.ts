import { problems } from '#libs/problem-details';
import type { RequestBody } from '#libs/handshake';
import type { ExchangeEnd } from '#libs/http-proxy';
import type { Attempt } from '../attempt.js';
import type { Refusal } from '../refusal.js';
import type { HttpRecord } from './http-record.js';
import type { IncomingRequest } from './incoming-request.js';

/** The state of one ordinary request. Each step adds to it. */
export interface HttpAttempt extends Omit<Attempt, 'client' | 'request'> {
  incoming: IncomingRequest;
  requestId: string;
  isAdmitted: boolean;
  /** The bytes of the bodies that were forwarded. */
  bytes: { request: number; response: number };
}

/** A request whose body is framed in a way that all servers read alike. */
export interface FramedAttempt extends HttpAttempt {
  body: RequestBody;
}

export type HttpEnd =
  | { kind: 'refused'; refusal: Refusal }
  | Extract<ExchangeEnd, { kind: 'answered' | 'cut_short' | 'client_gone' }>;

export function httpRecord(attempt: HttpAttempt, end: HttpEnd): HttpRecord {
  const { incoming, tenant, route, apiKey, upstream, bytes } = attempt;
  return {
    kind: 'http',
    outcome: end.kind,
    requestId: attempt.requestId,
    method: incoming.head.method,
    host: incoming.message.host,
    path: incoming.message.path,
    clientAddress: attempt.clientAddress,
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
