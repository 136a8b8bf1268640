import { constants, type ServerHttp2Stream } from 'node:http2';
import type { Socket } from 'node:net';
import type { ReadClientAddress } from '#libs/addresses';
import { refuseClient, type RefusalExtras } from '#libs/handshake';
import { readStreamHead, StreamSocket } from '#libs/http2';
import type { RefusalCode } from '#libs/problem-details';
import { ClientSession } from './client-session.js';
import { ForwardingFields } from './forwarding-fields.js';
import { OpenSockets } from './open-sockets.js';
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
      onStream: (stream, carrier, rawHeaders) => this.#onStream(stream, carrier, rawHeaders),
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

  #onStream(stream: ServerHttp2Stream, carrier: Socket, rawHeaders: readonly string[]): void {
    const { events, pending, hasDescriptors, peerAddressOf } = this.input;
    const client = new StreamSocket(stream, carrier);
    client.on('error', () => undefined);
    const reason = hasDescriptors() ? pending.takeUnwatched(client, peerAddressOf(carrier)) : 'descriptors';
    if (reason !== null) {
      events.onDropped(reason);
      stream.close(constants.NGHTTP2_REFUSED_STREAM);
      return;
    }
    this.#streams.add(client);
    client.once('close', () => pending.closed(client));
    this.#onHead(client, rawHeaders);
  }

  #onHead(client: StreamSocket, rawHeaders: readonly string[]): void {
    const { events, pending, readClientAddress, peerAddressOf, keyOf, bounds } = this.input;
    const { carrier } = client;
    const address = readClientAddress(peerAddressOf(carrier), new ForwardingFields(rawHeaders));
    if (headBytes(rawHeaders) > bounds.maxHeaderBytes) {
      this.#refuse(client, 'headers_too_large');
      return;
    }
    if (!pending.claim(client, address.clientAddress)) {
      this.#refuse(client, 'connect_rate', crowdedAddress);
      return;
    }
    const read = readStreamHead(rawHeaders);
    if (read.kind !== 'webSocket') {
      this.#refuse(client, 'bad_handshake', { detail: 'Upgrade: websocket is required' });
      return;
    }
    const onAdmitted = (): void => {
      pending.admitted(client);
      pending.admitted(keyOf(carrier));
    };
    events.onUpgrade({ head: read.head, socket: client, earlyBytes: nothing, onAdmitted, ...address });
  }

  #refuse(client: StreamSocket, code: RefusalCode, extras?: RefusalExtras): void {
    this.input.events.onRefused(code);
    void refuseClient(client, code, extras);
  }
}

function headBytes(rawHeaders: readonly string[]): number {
  return rawHeaders.reduce((sum, text) => sum + text.length, 0);
}
