import type { PublishedRoute } from '#libs/contract';
import { handshakeWithUpstream, type UpgradeRequest, type UpstreamHandshake } from '#libs/handshake';
import type { Configuration } from '#libs/routing';
import {
  dialUpstreams,
  type AddressPolicy,
  type Balancer,
  type ConnectedSocket,
  type ConnectPlain,
  type DialFailure,
  type LookupAddresses,
} from '#libs/upstreams';
import type { Attempt } from './attempt.js';
import { composeRequestFor, protocolsFor } from './upstream-request-for.js';

export interface ReachUpstreamInput {
  balancer: Balancer;
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
export type ReachedUpstream = (Answered & { upstream: ConnectedSocket }) | Unanswered | DialFailure;

/**
 * The steps dial and ask: sends the client's request to the upstreams of the route in turn until one of them answers. One that
 * cannot be connected to, or closes the connection without an answer, has done nothing yet for the client, so the next is tried;
 * an answer is final, whatever it is. All upstreams together have twice `connectMs` to connect and `handshakeMs` to answer.
 * Notes on the attempt which upstream was the last.
 */
export async function reachUpstream(
  { balancer, addressPolicy, lookupFor, configuration, connectPlain }: ReachUpstreamInput,
  attempt: Attempt,
  request: UpgradeRequest,
  route: PublishedRoute,
): Promise<ReachedUpstream> {
  const { signal } = attempt.client;
  const dialing = dialUpstreams({
    endpoints: balancer.order(route),
    policy: addressPolicy,
    connectMs: route.timeouts.connectMs,
    tls: route.upstreamTls,
    lookup: lookupFor(route.tenantId),
    lendsBytes: true,
    connectPlain,
    signal,
  });
  const { fleetId } = configuration;
  const offer = {
    key: request.key,
    offeredProtocols: protocolsFor(request),
    offeredExtensions: request.extensions,
  };
  let handshakeMs = route.timeouts.handshakeMs;
  let unanswered: Unanswered | null = null;
  for (;;) {
    const dialed = await dialing.next();
    if (dialed.done === true) return moreSevere(unanswered, dialed.value);
    const { socket: upstream, endpoint } = dialed.value;
    attempt.upstreamUrl = endpoint.url;
    const startedAtMs = performance.now();
    const head = composeRequestFor({ attempt, request, route, endpoint, fleetId });
    const handshake = await handshakeWithUpstream({ socket: upstream, head, offer, handshakeMs, signal });
    if ('answer' in handshake) return { ...handshake, upstream };
    if (handshake.code !== 'unanswered') return handshake;
    unanswered = { ok: false, code: 'upstream_bad_handshake', detail: handshake.detail };
    handshakeMs -= performance.now() - startedAtMs;
    if (handshakeMs <= 0) return unanswered;
  }
}

// An upstream that was reached says more than one that refused the connection.
function moreSevere(unanswered: Unanswered | null, failure: DialFailure | null): Unanswered | DialFailure {
  if (failure && (unanswered === null || failure.code !== 'upstream_refused')) return failure;
  return unanswered ?? { ok: false, code: 'upstream_refused', detail: 'the route has no upstream' };
}
