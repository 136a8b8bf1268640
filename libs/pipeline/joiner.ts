import { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { ConnectionRegistry, LiveConnection } from '#libs/connections';
import type { PublishedRoute, PublishedTenant } from '#libs/contract';
import { EngineSocket, type JoinInput } from '#libs/engine';
import {
  AnsweringStream,
  composeFieldLines,
  composeSwitchingProtocols,
  headerValues,
  parseExtensionList,
  switchedFields,
  type ChangeAnswerHeaders,
  type HeaderField,
  type UpgradeRequest,
  type UpstreamHandshake,
} from '#libs/handshake';
import type { ReservedBits, TimingWheel, Tunnel, TunnelEnd, TunnelLimits } from '#libs/tunnel';
import type { ConnectedSocket, UpstreamState, UpstreamTurn } from '#libs/upstreams';
import type { AdmittedRequest } from './admission.js';
import { answerChangeFor } from './answer-change.js';
import type { Switched } from './ask-upstream.js';
import type { Attempt } from './attempt.js';
import type { ConnectionRates } from './connection-rates.js';
import type { ConnectionRecord } from './connection-record.js';
import type { AuthenticatedRequest } from './current-access.js';
import { endedRecord } from './ended-record.js';
import { JoinedConnection, type JoinedConnectionOwner, type OwnParts } from './joined-connection.js';
import type { ClientSocket } from './pending-client.js';
import { SharedStrings } from './shared-strings.js';
import { SharedTerms, type ConnectionTerms } from './shared-terms.js';
import { stickyCookieFor } from './sticky-cookie.js';
import { replacedProtocol } from './upstream-request-for.js';

const nothing = Buffer.alloc(0);

export interface JoinerInput {
  configuration: { tenant(id: string): PublishedTenant | null };
  registry: ConnectionRegistry;
  rates: ConnectionRates;
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

export type UpstreamHandshakeAnswer = Extract<UpstreamHandshake, { ok: true }>;

/** An upstream that has switched protocols. */
export type Established = {
  upstream: ConnectedSocket;
  /** Counts the request at its upstream. */
  turn: UpstreamTurn;
} & ({ handshake: UpstreamHandshakeAnswer } | Pick<Switched, 'switched'>);

/** The subprotocol and extensions that client and upstream agree on. */
interface Negotiated {
  selected: string | null;
  /** Empty: none. */
  extensions: string;
  reservedBits: ReservedBits;
  /** The bytes of the upstream behind its 101. */
  upstreamHead: Buffer;
  /** Lines for the 101 that the engine writes at the join. */
  extraFields?: string;
}

/**
 * The steps join, relay and end: answers the client with 101, joins the two sockets to a connection, and
 * records its end.
 */
export class Joiner implements JoinedConnectionOwner {
  readonly #strings = new SharedStrings();
  readonly #terms = new SharedTerms();

  constructor(private readonly input: JoinerInput) {}

  join(attempt: Attempt, request: UpgradeRequest, admitted: AdmittedRequest, established: Established): void {
    const { client } = attempt;
    const { upstream, turn } = established;
    const { authenticated } = admitted;
    const { tenant, route } = authenticated;
    const clientHead = client.release();
    const clientSocket = socketToJoin(client.socket, upstream);
    if (clientSocket instanceof Socket) clientSocket.setNoDelay(true);
    const negotiated =
      'switched' in established
        ? negotiatedBySwitch(route, request, established)
        : write101(clientSocket, { attempt, request, route, turn }, established.handshake);
    const { input } = this;
    // The limits may have changed since the admission, and others share the rates.
    const limits = input.configuration.tenant(tenant.id)?.limits ?? null;
    const lanes = input.rates.join(authenticated);
    const terms = this.#termsOf(attempt, request, authenticated, negotiated, turn.join());
    const parts = this.#ownParts(attempt, request);
    const connection = new JoinedConnection(this, terms, admitted, parts, lanes, (listener) =>
      input.joinSockets({
        client: clientSocket,
        upstream,
        clientHead,
        upstreamHead: negotiated.upstreamHead,
        limits: this.#limitsOf(route),
        messageLimits: limits ?? tenant.limits,
        lanes,
        onRate: route.onMessageRate,
        reservedBits: negotiated.reservedBits,
        extraFields: negotiated.extraFields,
        wheel: input.wheel,
        listener,
      }),
    );
    input.registry.add(connection);
    input.onJoined(connection, performance.now() - attempt.startedAtMs);
  }

  onEnded(connection: JoinedConnection, end: TunnelEnd): void {
    this.input.registry.remove(connection);
    this.input.rates.leave(connection.lanes);
    connection.upstreamState?.leave(end, performance.now() - connection.startedAtMs);
    connection.slot.release();
    this.input.onRecord(endedRecord(connection, end));
  }

  #termsOf(
    { httpVersion, upstream }: Attempt,
    { host }: UpgradeRequest,
    { tenant, route, credentialSource, origin, hasClientCertificate }: AuthenticatedRequest,
    { selected, extensions }: Negotiated,
    upstreamState: UpstreamState | null,
  ): ConnectionTerms {
    const strings = this.#strings;
    return this.#terms.of({
      tenant,
      route,
      credentialSource,
      origin: origin === null ? null : strings.of(origin),
      hasClientCertificate,
      httpVersion: strings.of(httpVersion),
      host: strings.of(host),
      upstreamUrl: upstream?.url ?? '',
      upstreamState,
      subprotocol: selected === null ? null : strings.of(selected),
      negotiatedExtensions: extensions === '' ? null : strings.of(extensions),
    });
  }

  #ownParts({ id, clientAddress, startedAtMs }: Attempt, { path }: UpgradeRequest): OwnParts {
    const strings = this.#strings;
    return { id, clientAddress: strings.of(clientAddress), path: strings.of(path), startedAtMs };
  }

  #limitsOf({ timeouts, keepalive }: PublishedRoute): TunnelLimits {
    const { closeTimeoutMs, halfOpenTimeoutMs } = this.input;
    const { idleMs, maxLifetimeMs } = timeouts;
    const { pingIntervalMs } = keepalive;
    return { idleMs, maxLifetimeMs, pingIntervalMs, closeTimeoutMs, halfOpenTimeoutMs };
  }
}

/** The values that a 101 depends on. */
interface AnsweredRequest {
  attempt: Attempt;
  request: UpgradeRequest;
  route: PublishedRoute;
  turn: UpstreamTurn;
}

/** Writes the 101 for an answer that was read in TypeScript. */
function write101(
  client: ClientSocket,
  answered: AnsweredRequest,
  { answer, rest }: UpstreamHandshakeAnswer,
): Negotiated {
  const options = {
    protocol: replacedProtocol(answered.request),
    changeHeaders: changeOf101(answered),
  };
  if (client instanceof AnsweringStream) client.respond(200, fieldsOf200(answer, options));
  else if (client instanceof Socket) client.write(composeSwitchingProtocols(answer, options), 'latin1');
  else client.write(composeSwitchingProtocols(answer, options));
  const [selected = null] = headerValues(answer.headers, 'sec-websocket-protocol');
  const extensions = headerValues(answer.headers, 'sec-websocket-extensions');
  return {
    selected,
    extensions: extensions.join(', '),
    reservedBits: reservedBitsOf(extensions),
    upstreamHead: rest,
  };
}

// The key and its answer belong to the upgrade of HTTP/1.1 (RFC 8441 §5).
function fieldsOf200(...answered: Parameters<typeof switchedFields>): HeaderField[] {
  return switchedFields(...answered).filter(([name]) => name.toLowerCase() !== 'sec-websocket-accept');
}

/** The same for an answer that the engine has read, and will write. */
function negotiatedBySwitch(
  route: PublishedRoute,
  request: UpgradeRequest,
  { switched, turn }: Pick<Switched, 'switched'> & { turn: UpstreamTurn },
): Negotiated {
  const { protocol: selected, extensions } = switched;
  const cookie = stickyCookieFor(route, turn);
  const protocol = replacedProtocol(request);
  const extra: HeaderField[] = cookie === null ? [] : [cookie];
  if (protocol !== undefined) extra.push(['Sec-WebSocket-Protocol', protocol]);
  return {
    selected,
    extensions,
    reservedBits: extensions === '' ? 'none' : 'perMessageCompressed',
    upstreamHead: nothing,
    extraFields: composeFieldLines(extra),
  };
}

function changeOf101({ route, attempt, request, turn }: AnsweredRequest): ChangeAnswerHeaders | null {
  const change = answerChangeFor(route, { attempt, request });
  const cookie = stickyCookieFor(route, turn);
  // Behind what the route removes and sets, which must not take it away.
  return cookie === null ? change : (fields) => [...(change?.(fields) ?? fields), cookie];
}

// With a TLS upstream, Node handles both sides of the connection. The socket is handed over before anything
// is written to it.
function socketToJoin(client: ClientSocket, upstream: ConnectedSocket): ClientSocket {
  if (!(client instanceof EngineSocket && upstream instanceof TLSSocket)) return client;
  return client.toNodeSocket() ?? new Socket().destroy();
}

function reservedBitsOf(extensions: readonly string[]): ReservedBits {
  const list = parseExtensionList(extensions) ?? [];
  if (list.length === 0) return 'none';
  return list.every(({ name }) => name === 'permessage-deflate') ? 'perMessageCompressed' : 'any';
}
