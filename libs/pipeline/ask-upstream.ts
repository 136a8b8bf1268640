import { handshakeWithUpstream, type UpgradeRequest, type UpstreamHandshake } from '#libs/handshake';
import type { ConnectedSocket, Dialed, UpstreamTurn } from '#libs/upstreams';
import type { Attempt } from './attempt.js';
import { composeRequestFor, protocolsFor, type UpstreamRequestParts } from './upstream-request-for.js';

type Answered = Extract<UpstreamHandshake, { answer: unknown }> & { upstream: ConnectedSocket };
type Unanswered = Exclude<UpstreamHandshake, { answer: unknown } | { code: 'unanswered' }>;

/** What an upstream made of a request: its answer, with its socket, or why there is none. */
export type AskedUpstream = Answered | Unanswered;

/** A request on its way through the upstreams of its route. */
export interface Asking extends Omit<UpstreamRequestParts, 'attempt' | 'endpoint'> {
  attempt: Attempt;
  request: UpgradeRequest;
  turn: UpstreamTurn;
  /** What is left for an answer. */
  handshakeMs: number;
  /** What the client gets if no other upstream does better. */
  fallback: { outcome: AskedUpstream; url: string } | null;
}

/**
 * Sends the request to a connected upstream. Null where another one is to be tried: this one did not
 * answer, or not as one that is well, and the retries of the route allow it. The client has got nothing
 * then, and what it sent is still held.
 */
export async function askUpstream(asking: Asking, dialed: Dialed): Promise<AskedUpstream | null> {
  const { attempt, turn } = asking;
  const { url } = dialed.endpoint;
  attempt.upstreamUrl = url;
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
  keepBetter(asking, outcome, url);
  return hasNext && asking.handshakeMs > 0 && turn.takeRetry() ? null : takeFallback(asking);
}

/**
 * What the client gets where no upstream answered as one that is well; the caller owns its socket from now
 * on.
 */
export function takeFallback(asking: Asking): AskedUpstream | null {
  const { fallback, attempt } = asking;
  asking.fallback = null;
  if (fallback) attempt.upstreamUrl = fallback.url;
  return fallback?.outcome ?? null;
}

/** Closes the answer that was kept, since another one is better or the client is gone. */
export function dropFallback(asking: Asking): void {
  const outcome = asking.fallback?.outcome;
  asking.fallback = null;
  if (outcome && 'answer' in outcome) outcome.upstream.destroy();
}

/** While another upstream may be tried, one that is silent gets half of the time that is left. */
async function handshake(asking: Asking, dialed: Dialed, mayRetry: boolean): Promise<AskedUpstream> {
  const { attempt, request } = asking;
  const { socket: upstream, endpoint } = dialed;
  const outcome = await handshakeWithUpstream({
    socket: upstream,
    head: composeRequestFor({ endpoint, ...asking }),
    offer: {
      key: request.key,
      offeredProtocols: protocolsFor(request),
      offeredExtensions: request.extensions,
    },
    handshakeMs: mayRetry ? asking.handshakeMs / 2 : asking.handshakeMs,
    signal: attempt.client.signal,
  });
  if ('answer' in outcome) return { upstream, ...outcome };
  if (outcome.code !== 'unanswered') return outcome;
  return { ok: false, code: 'upstream_bad_handshake', detail: outcome.detail };
}

// Those with which an upstream, or a proxy before it, says that it cannot serve now.
const unwellStatuses: ReadonlySet<number> = new Set([502, 503, 504]);

/** For the health of the upstream, and for its owner; null: it is well, or the client is gone. */
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

// An answer says more than none, and the first one as much as a later one.
function keepBetter(asking: Asking, outcome: AskedUpstream, url: string): void {
  const kept = asking.fallback?.outcome;
  const isBetter = kept === undefined || ('answer' in outcome && !('answer' in kept));
  if (isBetter) asking.fallback = { outcome, url };
  else if ('answer' in outcome) outcome.upstream.destroy();
}
