import { once } from 'node:events';
import type { AddressInfo, Server, Socket } from 'node:net';
import type { Server as TlsServer } from 'node:tls';
import type { ReadClientAddress } from '#libs/addresses';
import type { BoundListener } from '#libs/engine';
import type { ListenAddress } from '#libs/settings';
import type { CertificateStore } from '#libs/tls';
import { createPlainServer, createSecureServer, type ClientServer } from './client-server.js';
import { gateConnections } from './gate-connections.js';
import { Http2Sessions } from './http2-sessions.js';
import { ListenerRequests } from './listener-requests.js';
import { NodeTransport } from './node-transport.js';
import { OpenSockets } from './open-sockets.js';
import type { PendingKey, PendingSockets } from './pending-sockets.js';
import { ProxiedPeers } from './proxied-peers.js';
import { defaultBounds, type RequestBounds } from './request-bounds.js';
import { socketKey } from './socket-key.js';
import {
  backlog,
  peerAsClient,
  unboundedPending,
  type DropReason,
  type UpgradeListenerEvents,
  type UpgradeListenerOptions,
} from './upgrade-listener-options.js';

/** An address on which a server of Node accepts clients. */
export class UpgradeListener {
  readonly #server: Server | TlsServer;
  readonly #scheme: 'ws' | 'wss';
  readonly #sockets = new OpenSockets();
  readonly #proxiedPeers: ProxiedPeers | null;
  readonly #pending: PendingSockets;
  readonly #bounds: RequestBounds;
  readonly #hasDescriptors: () => boolean;
  readonly #readClientAddress: ReadClientAddress;
  readonly #requests: ListenerRequests;
  readonly #http2: Http2Sessions | null;
  #isOpen = false;
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
    this.#requests = new ListenerRequests({ events, bounds, pending, readClientAddress });
    this.#http2 = certificates && http2 ? this.#createHttp2Sessions() : null;
    const { server, leave } = certificates
      ? this.#createSecureServer(certificates)
      : createPlainServer((socket) => this.#receive(socket));
    this.#server = server;
    this.#leaveCertificates = leave;
    this.#proxiedPeers = isProxy ? this.#createProxiedPeers(isProxy, bounds.headersTimeoutMs) : null;
    this.#server.on('connection', (socket: Socket) => this.#sockets.add(socket));
    gateConnections(this.#server, (socket, handOver) => this.#admit(socket, handOver));
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
    this.#server.on('error', (error: Error) => this.events.onDropped('accept_failed', error));
    return `${this.#scheme}://${host.includes(':') ? `[${host}]` : host}:${this.boundTo.port}`;
  }

  /** Accepts no more sockets, and continues to serve the open ones. */
  stopListening(): void {
    if (this.#server.listening) this.#server.close();
  }

  /** Closes the connections that have no request, and may get another one. */
  closeIdle(): void {
    this.#requests.closeIdle();
    this.#http2?.startDraining();
  }

  /** Stops listening and drops all remaining sockets. */
  async close(): Promise<void> {
    this.#leaveCertificates();
    if (!this.#isOpen) return;
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
      onHttp1: (socket) => this.#receive(socket),
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

  #receive(socket: Socket): void {
    const transport = new NodeTransport(socket);
    const peerAddress = this.#peerAddressOf(socket);
    this.#requests.receive({ transport, socket, key: this.#keyOf(socket), peerAddress });
  }
}

// A socket must never be without a listener.
function ignoreError(): void {
  // A failed socket also emits `close`, which is handled.
}
