import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { TLSSocket } from 'node:tls';
import type { ConnectionRegistry, LiveConnection } from '#libs/connections';
import type { PublishedTenant } from '#libs/contract';
import { EngineSocket, type JoinInput } from '#libs/engine';
import {
  composeSwitchingProtocols,
  headerValues,
  parseExtensionList,
  type UpgradeRequest,
  type UpstreamHandshake,
} from '#libs/handshake';
import type { ReservedBits, TimingWheel, TrafficTable, Tunnel, TunnelLimits } from '#libs/tunnel';
import type { ConnectedSocket, UpstreamTurn } from '#libs/upstreams';
import type { AdmittedRequest } from './admission.js';
import { answerChangeFor } from './answer-change.js';
import type { Attempt } from './attempt.js';
import type { ConnectionRecord } from './connection-record.js';
import { endedRecord } from './ended-record.js';
import { protocolForClient } from './upstream-request-for.js';

export interface JoinerInput {
  configuration: { tenant(id: string): PublishedTenant | null };
  registry: ConnectionRegistry;
  traffic: TrafficTable;
  wheel: TimingWheel;
  /** Makes a connection of two sockets: `joinSockets`, or that of an engine. */
  joinSockets(input: JoinInput): Tunnel;
  closeTimeoutMs: number;
  halfOpenTimeoutMs: number;
  /**
   * Called for each connection that has just joined, so that a change made during
   * its handshake is not missed.
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

/**
 * The steps join, relay and end: answers the client with 101, makes a connection of the two
 * sockets, and records its end.
 */
export class Joiner {
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
      changeHeaders: answerChangeFor(admitted.route, { attempt, request }),
    });
    const stream: Duplex = clientSocket;
    stream.write(answer, 'latin1');

    const extensions = headerValues(handshake.answer.headers, 'sec-websocket-extensions');
    const { input } = this;
    // They may have changed since the admission, and the rates hold for all connections of the tenant.
    const limits = input.configuration.tenant(admitted.tenant.id)?.limits ?? null;
    const { lanes, release } = input.traffic.join(admitted.tenant.id, limits);
    const { slot } = admitted;
    const leaveUpstream = turn.join();
    const [host, path] = [ownString(request.host), ownString(request.path)];
    const { startedAtMs } = attempt;
    const tunnel = input.joinSockets({
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
      // What it names lives as long as the connection. The request and the attempt are not to be among it:
      // thousands of idle connections would keep them.
      onEnd: (end) => {
        remove();
        release();
        leaveUpstream();
        slot.release();
        input.onRecord(endedRecord({ connection, host, path, startedAtMs }, end));
      },
    });
    const connection = liveConnection(attempt, admitted, tunnel, {
      subprotocol: selected === null ? null : ownString(selected),
      extensions: ownString(extensions.join(', ')),
    });
    const remove = input.registry.add(connection);
    input.onJoined(connection, performance.now() - startedAtMs);
  }

  #limitsOf({ route }: AdmittedRequest): TunnelLimits {
    const { closeTimeoutMs, halfOpenTimeoutMs } = this.input;
    const { idleMs, maxLifetimeMs } = route.timeouts;
    const { pingIntervalMs } = route.keepalive;
    return { idleMs, maxLifetimeMs, pingIntervalMs, closeTimeoutMs, halfOpenTimeoutMs };
  }
}

// A connection with an upstream that speaks TLS is Node's on both sides. It is handed over
// before anything is written to it.
function socketToJoin(client: Socket | EngineSocket, upstream: ConnectedSocket): Socket | EngineSocket {
  if (!(client instanceof EngineSocket && upstream instanceof TLSSocket)) return client;
  return client.toNodeSocket() ?? new Socket().destroy();
}

function reservedBitsOf(extensions: readonly string[]): ReservedBits {
  const list = parseExtensionList(extensions) ?? [];
  if (list.length === 0) return 'none';
  return list.every(({ name }) => name === 'permessage-deflate') ? 'perMessageCompressed' : 'any';
}

function liveConnection(
  attempt: Attempt,
  admitted: AdmittedRequest,
  tunnel: Tunnel,
  negotiated: { subprotocol: string | null; extensions: string },
): LiveConnection {
  const { tenant, route, apiKey, keyPrefix, token, credentialSource, origin, hasClientCertificate } =
    admitted;
  const { id, clientAddress, startedAt, upstreamUrl = '' } = attempt;
  return {
    id,
    tenant,
    route,
    apiKey,
    keyPrefix,
    token,
    credentialSource,
    origin: origin === null ? null : ownString(origin),
    hasClientCertificate,
    clientAddress: ownString(clientAddress),
    upstreamUrl,
    subprotocol: negotiated.subprotocol,
    negotiatedExtensions: negotiated.extensions === '' ? null : negotiated.extensions,
    startedAt,
    tunnel,
  };
}

// A part of a string keeps all of it in V8: a path its target, an address a field of up to 64 KiB.
function ownString(part: string): string {
  return Buffer.from(part).toString();
}
