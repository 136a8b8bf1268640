import {
  handshakeWithUpstream,
  type UpgradeRequest,
  type UpstreamAnswer,
  type UpstreamHandshake,
} from '#libs/handshake';
import type { ConnectedSocket, Dialed, UpstreamEndpoint, UpstreamTurn } from '#libs/upstreams';
import type { Attempt } from './attempt.js';
import { composeRequestFor, protocolsFor, type UpstreamRequestParts } from './upstream-request-for.js';

interface Answered {
  upstream: ConnectedSocket;
  handshake: Extract<UpstreamHandshake, { answer: unknown }>;
  answer: UpstreamAnswer;
}
type Unanswered = Exclude<UpstreamHandshake, { answer: unknown } | { code: 'unanswered' }>;

/** The result of a request to an upstream: the answer with the socket, or the failure. */
export type AskedUpstream = Answered | Unanswered;

/** A request that is tried at the upstreams of its route in turn. */
export interface Asking extends Omit<UpstreamRequestParts, 'attempt' | 'endpoint'> {
  attempt: Attempt;
  request: UpgradeRequest;
  turn: UpstreamTurn;
  /** The remaining time for an answer. */
  handshakeMs: number;
  /** The result for the client if no other upstream gives a better one. */
  fallback: { outcome: AskedUpstream; endpoint: UpstreamEndpoint } | null;
}

/**
 * Sends the request to a connected upstream. Null if another upstream should be tried: this one failed the
 * handshake, and the route allows a retry. Nothing has been sent to the client then, and its early data is
 * still held.
 */
export async function askUpstream(asking: Asking, dialed: Dialed): Promise<AskedUpstream | null> {
  const { attempt, turn } = asking;
  const { endpoint } = dialed;
  attempt.upstream = endpoint;
  turn.ask();
  const hasNext = turn.hasNext(dialed.addressesLeft);
  const startedAtMs = performance.now();
  const outcome = await handshake(asking, dialed, hasNext && turn.mayRetry);
  asking.handshakeMs -= performance.now() - startedAtMs;
  const why = whyUnwell(outcome);
  if (why === null) {
    if ('answer' in outcome) turn.answered();
    return outcome;
  }
  turn.failed(why);
  keepBetter(asking, outcome, endpoint);
  return hasNext && asking.handshakeMs > 0 && turn.takeRetry() ? null : takeFallback(asking);
}

/**
 * The result for the client if no upstream completed the handshake. The caller owns the socket from now on.
 */
export function takeFallback(asking: Asking): AskedUpstream | null {
  const { fallback, attempt } = asking;
  asking.fallback = null;
  if (fallback) attempt.upstream = fallback.endpoint;
  return fallback?.outcome ?? null;
}

/** Closes the kept answer, because a better one exists or the client is gone. */
export function dropFallback(asking: Asking): void {
  const outcome = asking.fallback?.outcome;
  asking.fallback = null;
  if (outcome && 'answer' in outcome) outcome.upstream.destroy();
}

/** While another upstream may be tried, a silent one gets half of the remaining time. */
async function handshake(asking: Asking, dialed: Dialed, mayRetry: boolean): Promise<AskedUpstream> {
  const { attempt, request, route, fleetId } = asking;
  const { socket: upstream, endpoint } = dialed;
  const outcome = await handshakeWithUpstream({
    socket: upstream,
    head: composeRequestFor({ attempt, request, route, endpoint, fleetId }),
    offer: {
      key: request.key,
      offeredProtocols: protocolsFor(request),
      offeredExtensions: request.extensions,
    },
    handshakeMs: mayRetry ? asking.handshakeMs / 2 : asking.handshakeMs,
    signal: attempt.client.signal,
  });
  if ('answer' in outcome) return { upstream, handshake: outcome, answer: outcome.answer };
  if (outcome.code !== 'unanswered') return outcome;
  return { ok: false, code: 'upstream_bad_handshake', detail: outcome.detail };
}

// Statuses by which an upstream, or a proxy in front of it, reports that it cannot serve now.
const unwellStatuses: ReadonlySet<number> = new Set([502, 503, 504]);

/**
 * The failure, for the health of the upstream and its owner; null if there is none, or the client is gone.
 */
function whyUnwell(outcome: AskedUpstream): string | null {
  if ('answer' in outcome) {
    const { statusCode } = outcome.answer;
    return unwellStatuses.has(statusCode) ? `it answered with the status ${statusCode}` : null;
  }
  return whyUnanswered[outcome.code];
}

const whyUnanswered = {
  upstream_timeout: 'no answer within the timeout',
  upstream_bad_handshake: 'it sent no valid answer',
  aborted: null,
} as const;

// Any answer is preferred over none, and the first answer over later ones.
function keepBetter(asking: Asking, outcome: AskedUpstream, endpoint: UpstreamEndpoint): void {
  const kept = asking.fallback?.outcome;
  const isBetter = kept === undefined || ('answer' in outcome && !('answer' in kept));
  if (isBetter) asking.fallback = { outcome, endpoint };
  else if ('answer' in outcome) outcome.upstream.destroy();
}
