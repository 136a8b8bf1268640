import { EngineSocket, type SwitchedAnswer, type UpgradeExchange } from '#libs/engine';
import {
  handshakeWithUpstream,
  type UpgradeRequest,
  type UpstreamAnswer,
  type UpstreamHandshake,
} from '#libs/handshake';
import type { ConnectedSocket, Dialed, UpstreamEndpoint, UpstreamTurn } from '#libs/upstreams';
import { changesAnswers } from './answer-change.js';
import type { Attempt } from './attempt.js';
import { failureOfStatus } from './failure-of-status.js';
import { composeRequestFor, protocolsFor, type UpstreamRequestParts } from './upstream-request-for.js';

interface Answered {
  upstream: ConnectedSocket;
  handshake: Extract<UpstreamHandshake, { answer: unknown }>;
  answer: UpstreamAnswer;
}

/** An answer that the engine has read: a 101, which it sends to the client at the join. */
export interface Switched {
  upstream: ConnectedSocket;
  switched: SwitchedAnswer;
}
type Unanswered = Exclude<UpstreamHandshake, { answer: unknown } | { code: 'unanswered' }>;

/** The result of a request to an upstream: the answer with the socket, or the failure. */
export type AskedUpstream = Answered | Switched | Unanswered;

/** A request that is tried at the upstreams of its route in turn. */
export interface Asking extends Omit<UpstreamRequestParts, 'attempt' | 'endpoint'> {
  attempt: Attempt;
  request: UpgradeRequest;
  turn: UpstreamTurn;
  /** The remaining time for an answer. */
  handshakeMs: number;
  /** The result for the client if no other upstream gives a better one. */
  fallback: { outcome: Answered | Unanswered; endpoint: UpstreamEndpoint } | null;
}

/**
 * Sends the request to a connected upstream. Null if another upstream should be tried: this one failed the
 * handshake, and the route allows a retry. Nothing has been sent to the client then, and its early data is
 * still held.
 */
export function askUpstream(
  asking: Asking,
  dialed: Dialed,
): AskedUpstream | null | Promise<AskedUpstream | null> {
  const { attempt, turn } = asking;
  const { socket, sent } = dialed;
  attempt.upstream = dialed.endpoint;
  turn.ask();
  if (!sent?.switched) return awaitAnswer(asking, dialed);
  turn.answered();
  return { upstream: socket, switched: sent.switched };
}

async function awaitAnswer(asking: Asking, dialed: Dialed): Promise<AskedUpstream | null> {
  const { turn } = asking;
  const { endpoint, sent } = dialed;
  const hasNext = turn.hasNext(dialed.addressesLeft);
  const startedAtMs = sent?.sentAtMs ?? performance.now();
  const outcome = await handshake(asking, dialed, hasNext && turn.mayRetry);
  asking.handshakeMs -= performance.now() - startedAtMs;
  const failure = failureOf(outcome);
  if (failure === null) {
    if ('answer' in outcome) turn.answered();
    return outcome;
  }
  turn.failed(failure);
  keepBetter(asking, outcome, endpoint);
  return hasNext && asking.handshakeMs > 0 && turn.takeRetry() ? null : takeFallback(asking);
}

/**
 * The result for the client if no upstream completed the handshake. The caller owns the socket from now on.
 */
export function takeFallback(asking: Asking): Answered | Unanswered | null {
  const { fallback, attempt } = asking;
  asking.fallback = null;
  if (fallback) attempt.upstream = fallback.endpoint;
  return fallback?.outcome ?? null;
}

/** Closes the kept answer, because a better one exists or the client is gone. */
export function dropFallback(asking: Asking): void {
  const outcome = asking.fallback?.outcome;
  asking.fallback = null;
  if (outcome && 'upstream' in outcome) outcome.upstream.destroy();
}

/**
 * The request that the engine sends as soon as the upstream is connected. Null if it must not pass on the
 * 101: the client's socket is not its own, or the route changes answers.
 */
export function exchangeWith(asking: Asking, endpoint: UpstreamEndpoint): UpgradeExchange | null {
  const { attempt, request, route, fleetId, handshakeMs } = asking;
  if (!(attempt.client.socket instanceof EngineSocket) || changesAnswers(route)) return null;
  return {
    request: composeRequestFor({ attempt, request, route, endpoint, fleetId }),
    key: request.key,
    protocols: protocolsFor(request),
    mayCompress: request.extensions.includes('permessage-deflate'),
    // Less than the time that a silent upstream gets, so that every timeout is decided here.
    maxMs: handshakeMs / 4,
  };
}

/** While another upstream may be tried, a silent one gets half of the remaining time. */
async function handshake(asking: Asking, dialed: Dialed, mayRetry: boolean): Promise<Answered | Unanswered> {
  const { attempt, request, route, fleetId } = asking;
  const { socket: upstream, endpoint, sent } = dialed;
  const passedMs = sent === null ? 0 : performance.now() - sent.sentAtMs;
  const handshakeMs = mayRetry ? asking.handshakeMs / 2 : asking.handshakeMs;
  const outcome = await handshakeWithUpstream({
    socket: upstream,
    head: sent === null ? composeRequestFor({ attempt, request, route, endpoint, fleetId }) : null,
    offer: {
      key: request.key,
      offeredProtocols: protocolsFor(request),
      offeredExtensions: request.extensions,
    },
    handshakeMs: Math.max(handshakeMs - passedMs, 0),
    signal: attempt.client.signal,
  });
  if ('answer' in outcome) return { upstream, handshake: outcome, answer: outcome.answer };
  if (outcome.code !== 'unanswered') return outcome;
  return { ok: false, code: 'upstream_bad_handshake', detail: outcome.detail };
}

/**
 * The failure, for the health of the upstream and its owner; null if there is none, or the client is gone.
 */
function failureOf(outcome: Answered | Unanswered): string | null {
  return 'answer' in outcome ? failureOfStatus(outcome.answer.statusCode) : whyUnanswered[outcome.code];
}

const whyUnanswered = {
  upstream_timeout: 'no answer within the timeout',
  upstream_bad_handshake: 'it sent no valid answer',
  aborted: null,
} as const;

// Any answer is preferred over none, and the first answer over later ones.
function keepBetter(asking: Asking, outcome: Answered | Unanswered, endpoint: UpstreamEndpoint): void {
  const kept = asking.fallback?.outcome;
  const isBetter = kept === undefined || ('answer' in outcome && !('answer' in kept));
  if (isBetter) asking.fallback = { outcome, endpoint };
  else if ('answer' in outcome) outcome.upstream.destroy();
}
