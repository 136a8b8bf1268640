import { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { ConnectionRegistry, LiveConnection } from '#libs/connections';
import type { PublishedRoute, PublishedTenant } from '#libs/contract';
import { EngineSocket, type JoinInput } from '#libs/engine';
import {
  composeSwitchingProtocols,
  headerValues,
  parseExtensionList,
  type ChangeAnswerHeaders,
  type UpgradeRequest,
  type UpstreamHandshake,
} from '#libs/handshake';
import type { ReservedBits, TimingWheel, TrafficTable, Tunnel, TunnelEnd, TunnelLimits } from '#libs/tunnel';
import type { ConnectedSocket, UpstreamTurn } from '#libs/upstreams';
import type { AdmittedRequest } from './admission.js';
import { answerChangeFor } from './answer-change.js';
import type { Attempt } from './attempt.js';
import type { ConnectionRecord } from './connection-record.js';
import { endedRecord } from './ended-record.js';
import { JoinedConnection, type JoinedConnectionOwner, type KeptParts } from './joined-connection.js';
import { SharedStrings } from './shared-strings.js';
import { stickyCookieFor } from './sticky-cookie.js';
import { protocolForClient } from './upstream-request-for.js';

export interface JoinerInput {
  configuration: { tenant(id: string): PublishedTenant | null };
  registry: ConnectionRegistry;
  traffic: TrafficTable;
  wheel: TimingWheel;
  /** Connects two sockets: `joinSockets` of the tunnel, or of an engine. */
  joinSockets(input: JoinInput): Tunnel;
  closeTimeoutMs: number;
  halfOpenTimeoutMs: number;
  /**
   * Called for each new connection, so that a change during its handshake is not missed.
   */
  onJoined(connection: LiveConnection, handshakeMs: number): void;
  /** Called once for each request: when it is refused, or when its connection has ended. */
  onRecord(record: ConnectionRecord): void;
}

/** An upstream that has switched protocols. */
export interface Established {
  upstream: ConnectedSocket;
  handshake: Extract<UpstreamHandshake, { ok: true }>;
  /** Counts the request at its upstream. */
  turn: UpstreamTurn;
}

interface Negotiated extends Pick<KeptParts, 'upstreamState'> {
  selected: string | null;
  extensions: readonly string[];
}

/**
 * The steps join, relay and end: answers the client with 101, joins the two sockets to a connection, and
 * records its end.
 */
export class Joiner implements JoinedConnectionOwner {
  readonly #strings = new SharedStrings();

  constructor(private readonly input: JoinerInput) {}

  join(attempt: Attempt, request: UpgradeRequest, admitted: AdmittedRequest, established: Established): void {
    const { client } = attempt;
    const { upstream, handshake, turn } = established;
    const clientHead = client.release();
    const { selected, replacement } = protocolForClient(request, handshake.answer);
    const clientSocket = socketToJoin(client.socket, upstream);
    if (clientSocket instanceof Socket) clientSocket.setNoDelay(true);
    const answer = composeSwitchingProtocols(handshake.answer, {
      protocol: replacement,
      changeHeaders: changeOf101(admitted.route, attempt, request, turn),
    });
    if (clientSocket instanceof Socket) clientSocket.write(answer, 'latin1');
    else clientSocket.write(answer);

    const extensions = headerValues(handshake.answer.headers, 'sec-websocket-extensions');
    const { input } = this;
    // The limits may have changed since the admission, and rates are shared by all connections of the tenant.
    const limits = input.configuration.tenant(admitted.tenant.id)?.limits ?? null;
    const lanes = input.traffic.join(admitted.tenant.id, limits);
    const parts = this.#keptParts(attempt, request, admitted, {
      selected,
      extensions,
      upstreamState: turn.join(),
    });
    const connection = new JoinedConnection(this, admitted, parts, (listener) =>
      input.joinSockets({
        client: clientSocket,
        upstream,
        clientHead,
        upstreamHead: handshake.rest,
        limits: this.#limitsOf(admitted),
        messageLimits: limits ?? admitted.tenant.limits,
        lanes,
        onRate: admitted.route.onMessageRate,
        reservedBits: reservedBitsOf(extensions),
        wheel: input.wheel,
        listener,
      }),
    );
    input.registry.add(connection);
    input.onJoined(connection, performance.now() - attempt.startedAtMs);
  }

  onEnded(connection: JoinedConnection, end: TunnelEnd): void {
    this.input.registry.remove(connection);
    this.input.traffic.leave(connection.tenant.id);
    connection.upstreamState?.leave(end, performance.now() - connection.startedAtMs);
    connection.slot.release();
    this.input.onRecord(endedRecord(connection, end));
  }

  #keptParts(
    { id, clientAddress, upstream, startedAtMs }: Attempt,
    request: UpgradeRequest,
    { origin }: AdmittedRequest,
    { selected, extensions, upstreamState }: Negotiated,
  ): KeptParts {
    const strings = this.#strings;
    const negotiated = extensions.join(', ');
    return {
      id,
      clientAddress: strings.of(clientAddress),
      upstreamUrl: upstream?.url ?? '',
      upstreamState,
      origin: origin === null ? null : strings.of(origin),
      subprotocol: selected === null ? null : strings.of(selected),
      negotiatedExtensions: negotiated === '' ? null : strings.of(negotiated),
      host: strings.of(request.host),
      path: strings.of(request.path),
      startedAtMs,
    };
  }

  #limitsOf({ route }: AdmittedRequest): TunnelLimits {
    const { closeTimeoutMs, halfOpenTimeoutMs } = this.input;
    const { idleMs, maxLifetimeMs } = route.timeouts;
    const { pingIntervalMs } = route.keepalive;
    return { idleMs, maxLifetimeMs, pingIntervalMs, closeTimeoutMs, halfOpenTimeoutMs };
  }
}

function changeOf101(
  route: PublishedRoute,
  attempt: Attempt,
  request: UpgradeRequest,
  turn: UpstreamTurn,
): ChangeAnswerHeaders | null {
  const change = answerChangeFor(route, { attempt, request });
  const cookie = stickyCookieFor(route, turn);
  // Behind what the route removes and sets, which must not take it away.
  return cookie === null ? change : (fields) => [...(change?.(fields) ?? fields), cookie];
}

// With a TLS upstream, Node handles both sides of the connection. The socket is handed over before anything
// is written to it.
function socketToJoin(client: Socket | EngineSocket, upstream: ConnectedSocket): Socket | EngineSocket {
  if (!(client instanceof EngineSocket && upstream instanceof TLSSocket)) return client;
  return client.toNodeSocket() ?? new Socket().destroy();
}

function reservedBitsOf(extensions: readonly string[]): ReservedBits {
  const list = parseExtensionList(extensions) ?? [];
  if (list.length === 0) return 'none';
  return list.every(({ name }) => name === 'permessage-deflate') ? 'perMessageCompressed' : 'any';
}
