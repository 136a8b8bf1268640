import { constants, type ServerHttp2Stream } from 'node:http2';
import type { Socket } from 'node:net';
import type { ReadClientAddress } from '#libs/addresses';
import { LightAbort } from '#libs/async';
import {
  headerFields,
  onlyHeaderValue,
  readRequestBody,
  refuseClient,
  type RefusalExtras,
  type RequestHead,
} from '#libs/handshake';
import { readStreamHead, StreamAnswer, StreamRequest, StreamSocket } from '#libs/http2';
import type { RefusalCode } from '#libs/problem-details';
import { ClientSession } from './client-session.js';
import { ForwardingFields } from './forwarding-fields.js';
import { OpenSockets } from './open-sockets.js';
import type { ClientOfRequest } from './http-requests.js';
import type { PendingKey, PendingSockets } from './pending-sockets.js';
import type { RequestBounds } from './request-bounds.js';
import { crowdedAddress, type UpgradeListenerEvents } from './upgrade-listener-options.js';

export interface Http2SessionsInput {
  events: UpgradeListenerEvents;
  bounds: RequestBounds;
  pending: PendingSockets;
  hasDescriptors: () => boolean;
  readClientAddress: ReadClientAddress;
  peerAddressOf: (socket: Socket) => string;
  /** The key of a session's socket among the pending ones. */
  keyOf: (socket: Socket) => PendingKey;
}

const nothing = Buffer.alloc(0);

/**
 * The sessions of HTTP/2 on a TLS listener. Each stream is a pending socket of its own, so that a session
 * does not get around the bounds of an address.
 */
export class Http2Sessions {
  readonly #sessions = new Set<ClientSession>();
  readonly #streams = new OpenSockets();
  #timer: NodeJS.Timeout | undefined;

  constructor(private readonly input: Http2SessionsInput) {}

  /** The number of open streams. */
  get openStreams(): number {
    return this.#streams.size;
  }

  /** Serves a connection whose TLS handshake has chosen `h2`. */
  receive(socket: Socket): void {
    const { bounds } = this.input;
    this.#timer ??= setInterval(() => this.#check(), bounds.checkIntervalMs);
    const session = new ClientSession(socket, bounds, {
      onStream: (stream, from, rawHeaders) => this.#onStream(stream, from, rawHeaders),
      onClosed: (closed) => this.#sessions.delete(closed),
    });
    this.#sessions.add(session);
  }

  /** Asks all clients to open no more streams; those that are open go on. */
  startDraining(): void {
    for (const session of this.#sessions) session.startDraining();
  }

  #check(): void {
    const nowMs = performance.now();
    for (const session of this.#sessions) session.check(nowMs);
    if (this.#sessions.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #onStream(stream: ServerHttp2Stream, session: ClientSession, rawHeaders: readonly string[]): void {
    const { events, pending, hasDescriptors, peerAddressOf } = this.input;
    stream.on('error', () => undefined);
    const reason = hasDescriptors()
      ? pending.takeUnwatched(stream, peerAddressOf(session.socket))
      : 'descriptors';
    if (reason !== null) {
      events.onDropped(reason);
      stream.close(constants.NGHTTP2_REFUSED_STREAM);
      return;
    }
    this.#streams.add(stream);
    stream.once('close', () => pending.closed(stream));
    this.#onHead(stream, session, rawHeaders);
  }

  #onHead(stream: ServerHttp2Stream, session: ClientSession, rawHeaders: readonly string[]): void {
    if (headBytes(rawHeaders) > this.input.bounds.maxHeaderBytes) {
      this.#refuse(stream, session, 'headers_too_large');
      return;
    }
    const read = readStreamHead(rawHeaders);
    const client = this.#clientOf(stream, session, rawHeaders);
    if (read.kind === 'webSocket') this.#upgrade(stream, session, read.head, client);
    else if (read.kind === 'malformed' || !this.#serve(stream, session, read.head, client)) {
      this.#refuse(stream, session, 'bad_handshake', { detail: 'Upgrade: websocket is required' });
    }
  }

  #upgrade(
    stream: ServerHttp2Stream,
    session: ClientSession,
    head: RequestHead,
    client: ClientOfRequest,
  ): void {
    const { claimPlace, ...others } = client;
    const crowded = claimPlace();
    if (crowded) {
      this.#refuse(stream, session, 'connect_rate', crowded);
      return;
    }
    const socket = socketOf(stream, session);
    this.input.events.onUpgrade({ head, socket, earlyBytes: nothing, ...others });
  }

  /** Returns false if no route forwards the request; it is not answered then. */
  #serve(
    stream: ServerHttp2Stream,
    session: ClientSession,
    head: RequestHead,
    client: ClientOfRequest,
  ): boolean {
    const { http } = this.input.events;
    const matched = http?.match(head) ?? null;
    if (!http || matched === null) return false;
    const expect = onlyHeaderValue(headerFields(head.rawHeaders), 'expect') ?? undefined;
    const request = new StreamRequest(stream, session.windows, head.method, { expect });
    const response = new StreamAnswer(stream, this.input.bounds.sendTimeoutMs);
    response.on('error', () => undefined);
    const gone = new LightAbort();
    response.once('close', () => {
      if (!response.writableFinished) gone.abort();
    });
    http.accept({
      head,
      matched,
      request,
      response,
      body: readRequestBody(head, matched.message.headers, request.complete),
      socket: session.socket,
      expectsContinue: expect?.toLowerCase() === '100-continue',
      gone,
      ...client,
    });
    return true;
  }

  #clientOf(
    stream: ServerHttp2Stream,
    session: ClientSession,
    rawHeaders: readonly string[],
  ): ClientOfRequest {
    const { pending, readClientAddress, peerAddressOf, keyOf } = this.input;
    const address = readClientAddress(peerAddressOf(session.socket), new ForwardingFields({ rawHeaders }));
    return {
      claimPlace: () => (pending.claim(stream, address.clientAddress) ? null : crowdedAddress),
      onAdmitted: () => {
        pending.admitted(stream);
        pending.admitted(keyOf(session.socket));
        session.onAdmitted();
      },
      clientAddress: address.clientAddress,
      peerAddress: address.peerAddress,
      isTrustedPeer: address.isTrustedPeer,
    };
  }

  #refuse(
    stream: ServerHttp2Stream,
    session: ClientSession,
    code: RefusalCode,
    extras?: RefusalExtras,
  ): void {
    this.input.events.onRefused(code);
    void refuseClient(socketOf(stream, session), code, extras);
  }
}

function socketOf(stream: ServerHttp2Stream, session: ClientSession): StreamSocket {
  const socket = new StreamSocket(stream, session.socket, session.windows);
  return socket.on('error', () => undefined);
}

function headBytes(rawHeaders: readonly string[]): number {
  return rawHeaders.reduce((sum, text) => sum + text.length, 0);
}
