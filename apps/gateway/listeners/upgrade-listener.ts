import { once } from 'node:events';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Server as TlsServer } from 'node:https';
import { Server as NetServer, type AddressInfo, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { ReadClientAddress } from '#libs/addresses';
import { requestIdFrom, requestIdHeader } from '#libs/contract';
import type { BoundListener } from '#libs/engine';
import { composeRefusal, writeRefusal, type RefusalExtras } from '#libs/handshake';
import { problemDocument, problemMediaType, type RefusalCode } from '#libs/problem-details';
import type { ListenAddress } from '#libs/settings';
import type { CertificateStore } from '#libs/tls';
import { createPlainServer, createSecureServer, type ClientServer } from './client-server.js';
import { Http2Sessions } from './http2-sessions.js';
import { OpenSockets } from './open-sockets.js';
import { headOf, OrdinaryRequests, type ClientOfRequest } from './ordinary-requests.js';
import type { PendingKey, PendingSockets } from './pending-sockets.js';
import { ProxiedPeers } from './proxied-peers.js';
import { defaultBounds, type RequestBounds } from './request-bounds.js';
import { socketKey } from './socket-key.js';
import { gateConnections } from './gate-connections.js';
import {
  backlog,
  crowdedAddress,
  peerAsClient,
  unboundedPending,
  type DropReason,
  type UpgradeListenerEvents,
  type UpgradeListenerOptions,
} from './upgrade-listener-options.js';

/** One address on which clients request upgrades to WebSocket. Every other request is refused. */
export class UpgradeListener {
  readonly #server: Server | TlsServer;
  readonly #scheme: 'ws' | 'wss';
  readonly #sockets = new OpenSockets();
  // Sockets answered with `Connection: close`: requests pipelined behind it are ignored (RFC 9112 §9.6).
  readonly #refused = new WeakSet<Duplex>();
  /** The number of bytes read from a socket before its handover, which `bytesRead` does not count. */
  readonly #readBefore = new WeakMap<Duplex, number>();
  readonly #secured = new WeakSet<Duplex>();
  readonly #proxiedPeers: ProxiedPeers | null;
  readonly #pending: PendingSockets;
  readonly #bounds: RequestBounds;
  readonly #hasDescriptors: () => boolean;
  readonly #readClientAddress: ReadClientAddress;
  readonly #ordinary: OrdinaryRequests | null;
  readonly #http2: Http2Sessions | null;
  #isOpen = false;
  #isReceiving = false;
  readonly #leaveCertificates: () => void;

  constructor(
    private readonly events: UpgradeListenerEvents,
    {
      bounds: givenBounds = {},
      certificates = null,
      http2 = false,
      isProxy = null,
      pending = unboundedPending(),
      hasDescriptors = () => true,
      readClientAddress = peerAsClient,
    }: UpgradeListenerOptions = {},
  ) {
    const bounds = { ...defaultBounds, ...givenBounds };
    this.#bounds = bounds;
    this.#pending = pending;
    this.#hasDescriptors = hasDescriptors;
    this.#readClientAddress = readClientAddress;
    this.#scheme = certificates ? 'wss' : 'ws';
    this.#http2 = certificates && http2 ? this.#createHttp2Sessions() : null;
    const { server, parse, leave } = certificates
      ? this.#createSecureServer(certificates)
      : createPlainServer(bounds);
    this.#server = server;
    this.#leaveCertificates = leave;
    // Node would silently drop fields beyond 1,000; the size of the header is bounded instead.
    this.#server.maxHeadersCount = 0;
    this.#ordinary = events.http ? new OrdinaryRequests(events.http, parse) : null;
    this.#proxiedPeers = isProxy ? this.#createProxiedPeers(isProxy, bounds.headersTimeoutMs) : null;
    this.#server.on('connection', (socket: Socket) => this.#track(socket));
    gateConnections(this.#server, (socket, handOver) => this.#admit(socket, handOver));
    this.#server.on('upgrade', (request, _socket, earlyBytes) => this.#upgrade(request, earlyBytes));
    this.#server.on('request', (request, response) => this.#receiveRequest(request, response));
    this.#server.on('checkExpectation', (request, response) => this.#receiveRequest(request, response));
    this.#server.on('checkContinue', (request, response) => this.#receiveRequest(request, response, true));
    this.#server.on('connect', (_request, socket) => this.#refuseBroken(socket, 'bad_handshake'));
    this.#server.on('clientError', (error, socket) => {
      // Node emits this event for a failed TLS handshake too, which cannot be answered.
      if (this.#scheme === 'ws' || this.#secured.has(socket)) this.#refuseBroken(socket, codeOf(error));
    });
  }

  /** The number of open client sockets, and of the streams in their sessions. */
  get openSockets(): number {
    return this.#sockets.size + (this.#http2?.openStreams ?? 0);
  }

  /** The bound address and port, once it listens. */
  get boundTo(): { address: string; port: number } {
    return this.#server.address() as AddressInfo;
  }

  /** Resolves to the URL, with the port that the system chose for 0. `inherited` is bound already. */
  async listen({ host, port }: ListenAddress, inherited?: BoundListener): Promise<string> {
    // Node ignores a backlog in the options of a descriptor.
    if (inherited) this.#server.listen({ fd: inherited.descriptor }, backlog);
    else this.#server.listen({ host, port, backlog });
    await once(this.#server, 'listening');
    this.#isOpen = true;
    this.#server.on('error', (error) => this.events.onDropped('accept_failed', error));
    return `${this.#scheme}://${host.includes(':') ? `[${host}]` : host}:${this.boundTo.port}`;
  }

  /**
   * Serves a connection accepted elsewhere, as if it had just been accepted here. The socket may be paused.
   */
  receive(socket: Socket): void {
    this.#readBefore.set(socket, socket.readableLength);
    // From this event on, Node's server enforces the timeouts of its connections, whether it listens or not.
    if (!this.#isOpen && !this.#isReceiving) this.#server.emit('listening');
    this.#isReceiving = true;
    this.#server.emit('connection', socket);
    socket.resume();
  }

  /** Accepts no more sockets, and continues to serve the open ones. */
  stopListening(): void {
    // Not the `close` of `http.Server`, which would also stop the timeouts of sockets without a request.
    if (this.#server.listening) NetServer.prototype.close.call(this.#server);
  }

  /** Closes the connections that have no request, and may get another one. */
  closeIdle(): void {
    this.#server.closeIdleConnections();
    this.#http2?.startDraining();
  }

  /** Stops listening and drops all remaining sockets. */
  async close(): Promise<void> {
    this.#leaveCertificates();
    if (!this.#isOpen) {
      if (this.#isReceiving) this.#server.close();
      this.#sockets.destroyAll();
      return;
    }
    this.#isOpen = false;
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#sockets.destroyAll();
    await closed;
  }

  #createSecureServer(certificates: CertificateStore): ClientServer {
    const http2 = this.#http2;
    return createSecureServer({
      bounds: this.#bounds,
      certificates,
      onHttp2: http2 && ((socket) => http2.receive(socket)),
      onSecured: (socket) => this.#secured.add(socket),
      onHandshakeFailed: () => this.events.onDropped('tls_handshake'),
    });
  }

  #createHttp2Sessions(): Http2Sessions {
    return new Http2Sessions({
      events: this.events,
      bounds: this.#bounds,
      pending: this.#pending,
      hasDescriptors: this.#hasDescriptors,
      readClientAddress: this.#readClientAddress,
      peerAddressOf: (socket) => this.#peerAddressOf(socket),
      keyOf: (socket) => this.#keyOf(socket),
    });
  }

  #createProxiedPeers(isProxy: (address: string) => boolean, timeoutMs: number): ProxiedPeers {
    const onDropped = (): void => this.events.onDropped('proxy_header');
    const isAccepted = (socket: Socket, address: string): boolean =>
      this.#isAccepted(this.#pending.move(this.#keyOf(socket), address));
    const proxiedPeers = new ProxiedPeers({ isProxy, timeoutMs, isAccepted, onDropped });
    proxiedPeers.attach(this.#server);
    return proxiedPeers;
  }

  #peerAddressOf(socket: Socket): string {
    return this.#proxiedPeers?.addressOf(socket) ?? socket.remoteAddress ?? '';
  }

  // A dropped socket costs as little as possible: no parser, no timer, no log line.
  #admit(socket: Socket, handOver: () => void): void {
    socket.on('error', ignoreError);
    if (this.#isAccepted(this.#dropReasonOf(socket))) handOver();
    else socket.resetAndDestroy();
  }

  #dropReasonOf(socket: Socket): DropReason | null {
    return this.#hasDescriptors() ? this.#pending.take(this.#keyOf(socket), socket) : 'descriptors';
  }

  #isAccepted(reason: DropReason | null): boolean {
    if (reason === null) return true;
    this.events.onDropped(reason);
    return false;
  }

  // A TLS socket is another object than the accepted socket.
  #keyOf(socket: Socket): PendingKey {
    return this.#scheme === 'wss' ? socketKey(socket) : socket;
  }

  #upgrade(request: IncomingMessage, earlyBytes: Buffer): void {
    const { socket } = request;
    if (this.#refused.has(socket)) {
      socket.destroySoon();
      return;
    }
    if (this.#ordinary?.takeUpgrade(request, earlyBytes) === true) return;
    const readBefore = this.#readBefore.get(socket) ?? 0;
    if (readBefore + socket.bytesRead - earlyBytes.length > 2 * this.#bounds.maxHeaderBytes) {
      this.#refuseSocket(socket, 'headers_too_large');
      return;
    }
    const key = this.#keyOf(socket);
    const client = this.#readClientAddress(this.#peerAddressOf(socket), request);
    if (!this.#pending.claim(key, client.clientAddress)) {
      this.#refuseSocket(socket, 'connect_rate', crowdedAddress);
      return;
    }
    const onAdmitted = (): void => this.#pending.admitted(key);
    this.events.onUpgrade({ head: headOf(request), socket, earlyBytes, onAdmitted, ...client });
  }

  #track(socket: Socket): void {
    this.#sockets.add(socket);
  }

  #receiveRequest(request: IncomingMessage, response: ServerResponse, expectsContinue = false): void {
    if (this.#refused.has(request.socket)) return;
    const received = { request, response, expectsContinue };
    const isServed = this.#ordinary?.receive(received, () => this.#clientOf(request, response)) ?? false;
    if (!isServed) this.#refuseRequest(request, response);
  }

  #clientOf(request: IncomingMessage, response: ServerResponse): ClientOfRequest {
    const { socket } = request;
    const key = this.#keyOf(socket);
    const client = this.#readClientAddress(this.#peerAddressOf(socket), request);
    // An upgrade that follows on this connection has its own bound.
    response.once('close', () => this.#readBefore.set(socket, -socket.bytesRead));
    return {
      claimPlace: () => (this.#pending.claim(key, client.clientAddress) ? null : crowdedAddress),
      onAdmitted: () => this.#pending.admitted(key),
      ...client,
    };
  }

  #refuseRequest(request: IncomingMessage, response: ServerResponse): void {
    if (this.#refused.has(request.socket)) return;
    this.#refused.add(request.socket);
    this.events.onRefused('bad_handshake');
    const requestId = requestIdFrom([request.headers['x-request-id'] ?? []].flat().join());
    const detail = 'Upgrade: websocket is required';
    const document = problemDocument('bad_handshake', { requestId, detail });
    const body = Buffer.from(JSON.stringify(document));
    response.writeHead(document.status, {
      'Content-Type': problemMediaType,
      'Content-Length': body.length,
      'Cache-Control': 'no-store',
      [requestIdHeader]: requestId,
      Connection: 'close',
    });
    response.end(body);
  }

  /** Refuses what the parser could not read. */
  #refuseBroken(socket: Duplex, code: RefusalCode): void {
    if (this.#ordinary?.isServing(socket) === true && !this.#ordinary.onBroken(socket)) socket.destroy();
    else this.#refuseSocket(socket, code);
  }

  #refuseSocket(socket: Duplex, code: RefusalCode, extras?: RefusalExtras): void {
    if (this.#refused.has(socket)) return;
    if (!socket.writable) {
      socket.destroy();
      return;
    }
    // Node passes later chunks to its parser, and each fails again, which must not cut the answer off.
    this.#refused.add(socket);
    this.events.onRefused(code);
    void writeRefusal(socket, composeRefusal(code, extras));
  }
}

// Node's server removes its own listener at the upgrade, and a socket must never be without one.
function ignoreError(): void {
  // A failed socket also emits `close`, which is handled.
}

/** The code of the answer to a request that Node's parser refuses. */
export function codeOf(error: Error): RefusalCode {
  return 'code' in error && error.code === 'HPE_HEADER_OVERFLOW' ? 'headers_too_large' : 'bad_handshake';
}
