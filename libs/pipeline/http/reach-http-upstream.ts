import { Socket } from 'node:net';
import type { PublishedRoute } from '#libs/contract';
import { composeOrdinaryRequest, type ChangeAnswerHeaders, type HeaderField } from '#libs/handshake';
import {
  HttpExchange,
  mayTrail,
  type ConnectionTarget,
  type ExchangeEnd,
  type KeptConnections,
} from '#libs/http-proxy';
import {
  startDialing,
  type Dialed,
  type DialFailure,
  type UpstreamEndpoint,
  type UpstreamState,
  type UpstreamTurn,
} from '#libs/upstreams';
import { answerChangeFor } from '../answer-change.js';
import { dialOptionsFor } from '../dial-options-for.js';
import { failureOfStatus } from '../failure-of-status.js';
import { noUpstream, type ReachUpstreamInput } from '../reach-upstream.js';
import { stickyCookieFor } from '../sticky-cookie.js';
import { upstreamRequestOptions } from '../upstream-request-for.js';
import { corsChange, hasCors } from './cors.js';
import type { FramedAttempt } from './http-attempt.js';

export interface ReachHttpUpstreamInput extends Omit<ReachUpstreamInput, 'connectPlain'> {
  kept: KeptConnections;
  isDraining: () => boolean;
}

/** A request on its way to an upstream of its route. */
export interface HttpAsking {
  attempt: FramedAttempt;
  route: PublishedRoute;
  turn: UpstreamTurn;
  /** Called when an upstream is connected. */
  onConnected: () => void;
}

export type ReachedHttp = ExchangeEnd | DialFailure | typeof noUpstream;

/**
 * Sends an ordinary request to the first upstream of its turn that can be connected to, over a
 * connection that is open already if there is one. Once it was sent, no other upstream is tried,
 * except that an idempotent request goes over a new connection if the open one had been closed by
 * the upstream.
 */
export function reachHttpUpstream(input: ReachHttpUpstreamInput, asking: HttpAsking): Promise<ReachedHttp> {
  return new Promise((resolve, reject) => dialAndAsk(input, asking, { canReuse: true, resolve, reject }));
}

interface Reaching {
  /** Whether a connection that is open already may be used. */
  canReuse: boolean;
  resolve: (reached: ReachedHttp) => void;
  reject: (error: unknown) => void;
}

// Without a promise for each step, as for upgrades.
function dialAndAsk(input: ReachHttpUpstreamInput, asking: HttpAsking, reaching: Reaching): void {
  const { attempt, route, turn } = asking;
  const { canReuse, resolve, reject } = reaching;
  if (turn.candidates.length === 0) {
    resolve(noUpstream);
    return;
  }
  const options = dialOptionsFor(input, route, turn, {
    signal: attempt.ending,
    lendsBytes: true,
    connectPlain: null,
    exchangeFor: null,
    takeIdle: canReuse
      ? (endpoint, address) => input.kept.take(connectionTo(route, endpoint, address))
      : undefined,
  });
  startDialing(options, (dialed) => ask(input, asking, dialed), {
    onOutcome: ({ used, failure }) => {
      if (used?.kind === 'stale' && canReuse) dialAndAsk(input, asking, { canReuse: false, resolve, reject });
      else resolve(used ?? failure ?? noUpstream);
    },
    onError: reject,
  });
}

function ask(
  { kept, configuration, isDraining }: ReachHttpUpstreamInput,
  asking: HttpAsking,
  dialed: Dialed,
): Promise<ExchangeEnd> {
  const { attempt, route, turn } = asking;
  const { incoming, body } = attempt;
  const { endpoint, address, socket } = dialed;
  if (!(socket instanceof Socket)) throw new Error('the engine opens no connection for an ordinary request');
  attempt.upstream = endpoint;
  attempt.listedUpstreamUrl = endpoint.url;
  turn.ask();
  asking.onConnected();
  const live: { upstream: UpstreamState | null } = { upstream: null };
  const exchange = new HttpExchange({
    connection: kept.of(connectionTo(route, endpoint, address), socket),
    request: incoming.request,
    response: incoming.response,
    method: incoming.head.method,
    head: headFor(asking, endpoint, configuration.fleetId),
    body,
    bounds: {
      maxRequestBytes: route.maxRequestBytes,
      responseMs: route.timeouts.responseMs,
      idleMs: route.timeouts.idleMs,
    },
    changeAnswer: changeOf(asking),
    mayTrail: (name) => mayTrail(name) && !isChangedBy(route, name),
    shouldClose: isDraining,
    ending: attempt.ending,
    onAnswer: (status) => {
      const failure = failureOfStatus(status);
      if (failure === null) turn.answered();
      else turn.failed(failure);
      live.upstream = turn.join();
      attempt.listedUpstreamUrl = live.upstream?.settings.url ?? endpoint.url;
    },
    onEnd: (end) => {
      attempt.bytes = exchange.bytes;
      live.upstream?.leave();
      const failure = end.kind === 'failed' ? failuresOfUpstreams[end.code] : null;
      if (failure !== null) turn.failed(failure);
    },
  });
  return exchange.run();
}

/** Why a failure counts against the health of the upstream; null: the client's body caused it. */
const failuresOfUpstreams = {
  upstream_timeout: 'no answer within the timeout',
  upstream_bad_handshake: 'it sent no valid answer',
  body_timeout: null,
  body_too_large: null,
} as const;

function headFor({ attempt, route }: HttpAsking, endpoint: UpstreamEndpoint, fleetId: string | null): string {
  const { body, incoming } = attempt;
  const { head, matched } = incoming;
  const { method } = head;
  const options = upstreamRequestOptions({ attempt, request: matched.message, route, endpoint, fleetId });
  const expectsContinue = incoming.expectsContinue && body.kind !== 'none';
  return composeOrdinaryRequest(options, { method, body, expectsContinue });
}

function changeOf({ attempt, route, turn }: HttpAsking): ChangeAnswerHeaders | null {
  const { message: request } = attempt.incoming.matched;
  const cookie = stickyCookieFor(route, turn);
  // Behind what the route removes and sets, which must not take them away.
  const changes = [
    answerChangeFor(route, { attempt, request }),
    cookie && ((fields: HeaderField[]) => [...fields, cookie]),
    hasCors(route) ? corsChange(route, request) : null,
  ].filter((change) => change !== null);
  if (changes.length === 0) return null;
  return (fields) => changes.reduce((changed, change) => change(changed), fields);
}

function isChangedBy({ requestHeaders, responseHeaders }: PublishedRoute, name: string): boolean {
  const lower = name.toLowerCase();
  return [requestHeaders, responseHeaders].some(({ set, remove }) =>
    [...Object.keys(set), ...remove].some((changed) => changed.toLowerCase() === lower),
  );
}

// Connections are never shared by routes: a surplus answer of an upstream must not reach a client of
// another tenant.
function connectionTo(
  { id, upstreamTls }: PublishedRoute,
  { port, isTls, serverName }: UpstreamEndpoint,
  address: string,
): ConnectionTarget {
  const tls = isTls ? { serverName, options: upstreamTls } : null;
  return { routeId: id, address, port, tls };
}
