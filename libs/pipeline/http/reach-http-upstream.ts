import { Socket } from 'node:net';
import type { PublishedRoute } from '#libs/contract';
import { ordinaryRequestFields, type ChangeAnswerHeaders } from '#libs/handshake';
import { HttpExchange, mayTrail, type ExchangeEnd, type KeptConnections } from '#libs/http-proxy';
import {
  describeDialFailure,
  dialUpstreams,
  type Dialed,
  type DialFailure,
  type UpstreamEndpoint,
  type UpstreamState,
  type UpstreamTurn,
} from '#libs/upstreams';
import { answerChangeFor } from '../answer-change.js';
import { noUpstream, type ReachUpstreamInput } from '../reach-upstream.js';
import { stickyCookieFor } from '../sticky-cookie.js';
import { upstreamRequestOptions } from '../upstream-request-for.js';
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

// Statuses by which an upstream, or a proxy in front of it, reports that it cannot serve now.
const unwellStatuses: ReadonlySet<number> = new Set([502, 503, 504]);

/**
 * Sends an ordinary request to the first upstream of its turn that can be connected to, over a
 * connection that is open already if there is one. Once it was sent, no other upstream is tried,
 * except that an idempotent request goes over a new connection if the open one had been closed by
 * the upstream.
 */
export async function reachHttpUpstream(
  input: ReachHttpUpstreamInput,
  asking: HttpAsking,
): Promise<ReachedHttp> {
  const first = await dialAndAsk(input, asking, 'reuse');
  return 'kind' in first && first.kind === 'stale' ? dialAndAsk(input, asking, 'fresh') : first;
}

async function dialAndAsk(
  input: ReachHttpUpstreamInput,
  asking: HttpAsking,
  connections: 'reuse' | 'fresh',
): Promise<ReachedHttp> {
  const { attempt, route, turn } = asking;
  const { candidates } = turn;
  if (candidates.length === 0) return noUpstream;
  const { used, failure } = await dialUpstreams(
    {
      endpoints: candidates.map(({ endpoint }) => endpoint),
      maxTried: 1 + route.retries.attempts,
      canDial: (index) => turn.canDial(index),
      mayTryNext: () => turn.takeRetry(),
      onDial: (index) => turn.dial(index),
      onFailed: (dialFailure) => turn.failed(describeDialFailure(dialFailure)),
      policy: input.addressPolicy,
      connectMs: route.timeouts.connectMs,
      tls: route.upstreamTls,
      lookup: input.lookupFor(route.tenantId),
      takeIdle:
        connections === 'reuse'
          ? (endpoint, address) => input.kept.take(keyOf(route, endpoint, address))
          : undefined,
      signal: attempt.incoming.gone,
    },
    (dialed) => ask(input, asking, dialed),
  );
  return used ?? failure ?? noUpstream;
}

async function ask(
  { kept, configuration, isDraining }: ReachHttpUpstreamInput,
  asking: HttpAsking,
  dialed: Dialed,
): Promise<ExchangeEnd> {
  const { attempt, route, turn } = asking;
  const { incoming, body } = attempt;
  const { endpoint, address, socket } = dialed;
  if (!(socket instanceof Socket)) throw new Error('the engine opens no connection for an ordinary request');
  attempt.upstream = endpoint;
  turn.ask();
  asking.onConnected();
  let joined: UpstreamState | null = null;
  const exchange = new HttpExchange({
    connection: kept.of(keyOf(route, endpoint, address), socket),
    request: incoming.request,
    response: incoming.response,
    head: headFor(asking, endpoint, configuration.fleetId),
    hasBody: body.kind !== 'none',
    bounds: {
      maxRequestBytes: route.maxRequestBytes,
      responseMs: route.timeouts.responseMs,
      idleMs: route.timeouts.idleMs,
    },
    changeAnswer: changeOf(asking),
    mayTrail: (name) => mayTrail(name) && !isChangedBy(route, name),
    shouldClose: isDraining,
    gone: incoming.gone,
    onAnswer: (status) => {
      if (unwellStatuses.has(status)) turn.failed(`it answered with the status ${status}`);
      else turn.answered();
      joined = turn.join();
    },
  });
  const end = await exchange.run();
  attempt.bytes = exchange.bytes;
  leave(joined);
  if (end.kind === 'failed' && whyUnwell[end.code]) turn.failed(whyUnwell[end.code]);
  return end;
}

// A separate function, since the compiler takes the variable for null: it is set in a callback.
function leave(upstream: UpstreamState | null): void {
  upstream?.leave();
}

// The health of the upstream does not depend on bodies of clients.
const whyUnwell = {
  upstream_timeout: 'no answer within the timeout',
  upstream_bad_handshake: 'it sent no valid answer',
  body_timeout: '',
  body_too_large: '',
} as const;

function headFor(
  { attempt, route }: HttpAsking,
  endpoint: UpstreamEndpoint,
  fleetId: string | null,
): { method: string; target: string; fields: ReturnType<typeof ordinaryRequestFields> } {
  const { body, incoming } = attempt;
  const { message, head } = incoming;
  const { method, httpVersion } = head;
  const options = upstreamRequestOptions({ attempt, request: message, route, endpoint, fleetId });
  const expectsContinue = incoming.expectsContinue && body.kind !== 'none';
  const fields = ordinaryRequestFields(options, { method, httpVersion, body, expectsContinue });
  return { method, target: options.target, fields };
}

function changeOf({ attempt, route, turn }: HttpAsking): ChangeAnswerHeaders | null {
  const change = answerChangeFor(route, { attempt, request: attempt.incoming.message });
  const cookie = stickyCookieFor(route, turn);
  // Behind what the route removes and sets, which must not take it away.
  return cookie === null ? change : (fields) => [...(change?.(fields) ?? fields), cookie];
}

function isChangedBy({ requestHeaders, responseHeaders }: PublishedRoute, name: string): boolean {
  const lower = name.toLowerCase();
  return [requestHeaders, responseHeaders].some(({ set, remove }) =>
    [...Object.keys(set), ...remove].some((changed) => changed.toLowerCase() === lower),
  );
}

// Connections are never shared by routes: a response that one upstream sends too much must not
// reach a client of another tenant.
function keyOf(
  route: PublishedRoute,
  { port, isTls, serverName }: UpstreamEndpoint,
  address: string,
): string {
  const plain = `${route.id} ${address} ${port}`;
  return isTls ? `${plain} ${serverName} ${numberOf(route.upstreamTls)}` : plain;
}

// The options of TLS are another object after a change of them.
const numbers = new WeakMap<object, number>();
let lastNumber = 0;

function numberOf(options: object): number {
  const known = numbers.get(options);
  if (known !== undefined) return known;
  lastNumber += 1;
  numbers.set(options, lastNumber);
  return lastNumber;
}
