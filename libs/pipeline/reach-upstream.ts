import type { PublishedRoute } from '#libs/contract';
import { handshakeWithUpstream, type UpgradeRequest, type UpstreamHandshake } from '#libs/handshake';
import type { Configuration } from '#libs/routing';
import {
  dialUpstreams,
  type AddressPolicy,
  type ConnectedSocket,
  type ConnectPlain,
  type Dialed,
  type DialFailure,
  type LookupAddresses,
  type UpstreamTurn,
} from '#libs/upstreams';
import type { Attempt } from './attempt.js';
import { composeRequestFor, protocolsFor, type UpstreamRequestParts } from './upstream-request-for.js';

export interface ReachUpstreamInput {
  addressPolicy: AddressPolicy;
  /** Resolves the names of a tenant's upstreams. */
  lookupFor: (tenantId: string) => LookupAddresses;
  configuration: Pick<Configuration, 'fleetId'>;
  /** Opens plain connections to upstreams; null: Node does. */
  connectPlain: ConnectPlain | null;
}

type Answered = Extract<UpstreamHandshake, { answer: unknown }>;
type Unanswered = Exclude<UpstreamHandshake, Answered | { code: 'unanswered' }>;

/** An upstream that has answered, with its socket, or the failure of the request. */
export type ReachedUpstream =
  (Answered & { upstream: ConnectedSocket }) | Unanswered | DialFailure | typeof noUpstream;

/**
 * The steps dial and ask: sends the client's request to the upstreams of the route in turn until one of them
 * answers. One that cannot be connected to, or closes the connection without an answer, has done nothing yet
 * for the client, so the next is tried; an answer is final, whatever it is. All upstreams together have twice
 * `connectMs` to connect and `handshakeMs` to answer. Notes on the attempt which upstream was the last.
 */
export async function reachUpstream(
  { addressPolicy, lookupFor, configuration, connectPlain }: ReachUpstreamInput,
  attempt: Attempt,
  request: UpgradeRequest,
  route: PublishedRoute,
  turn: UpstreamTurn,
): Promise<ReachedUpstream> {
  const { timeouts, upstreamTls: tls, tenantId } = route;
  const { signal } = attempt.client;
  const { candidates } = turn;
  if (candidates.length === 0) return noUpstream;
  const asking: Asking = {
    attempt,
    request,
    route,
    fleetId: configuration.fleetId,
    handshakeMs: timeouts.handshakeMs,
    unanswered: null,
  };
  const { used, failure } = await dialUpstreams(
    {
      endpoints: candidates.map(({ endpoint }) => endpoint),
      onDial: (index) => turn.dial(index),
      policy: addressPolicy,
      connectMs: timeouts.connectMs,
      tls,
      lookup: lookupFor(tenantId),
      lendsBytes: true,
      connectPlain,
      signal,
    },
    (dialed) => ask(asking, dialed),
  );
  return used ?? moreSevere(asking.unanswered, failure);
}

const noUpstream = {
  ok: false,
  code: 'upstream_unavailable',
  detail: 'every upstream of the route is down, drained, or has the weight 0',
} as const;

interface Asking extends Omit<UpstreamRequestParts, 'attempt' | 'endpoint'> {
  attempt: Attempt;
  /** What is left for an answer. */
  handshakeMs: number;
  unanswered: Unanswered | null;
}

/** Null where the next upstream is to be asked. */
async function ask(asking: Asking, { socket: upstream, endpoint }: Dialed): Promise<ReachedUpstream | null> {
  const { attempt, request, handshakeMs } = asking;
  const { signal } = attempt.client;
  attempt.upstreamUrl = endpoint.url;
  const startedAtMs = performance.now();
  const head = composeRequestFor({ endpoint, ...asking });
  const offer = {
    key: request.key,
    offeredProtocols: protocolsFor(request),
    offeredExtensions: request.extensions,
  };
  const handshake = await handshakeWithUpstream({ socket: upstream, head, offer, handshakeMs, signal });
  if ('answer' in handshake) return { upstream, ...handshake };
  if (handshake.code !== 'unanswered') return handshake;
  asking.unanswered = { ok: false, code: 'upstream_bad_handshake', detail: handshake.detail };
  asking.handshakeMs -= performance.now() - startedAtMs;
  return asking.handshakeMs <= 0 ? asking.unanswered : null;
}

// An upstream that was reached says more than one that refused the connection.
function moreSevere(unanswered: Unanswered | null, failure: DialFailure | null): Unanswered | DialFailure {
  if (failure && (unanswered === null || failure.code !== 'upstream_refused')) return failure;
  return unanswered ?? { ok: false, code: 'upstream_refused', detail: 'the route has no upstream' };
}
