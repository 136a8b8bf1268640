import { lookup } from 'node:dns/promises';
import type { ReadClientAddress } from '#libs/addresses';
import { composeRefusal, readRequestHead, writeRefusal, type RefusalExtras } from '#libs/handshake';
import type { BoundListener, Engine, EngineListener, EngineListenerEvents, EngineSocket } from '#libs/engine';
import type { RefusalCode } from '#libs/problem-details';
import type { ListenAddress } from '#libs/settings';
import { AcceptedClient, type AcceptedClientEvents } from './accepted-client.js';
import { ForwardingFields } from './forwarding-fields.js';
import { OpenSockets } from './open-sockets.js';
import type { PendingSockets } from './pending-sockets.js';
import { defaultBounds, type RequestBounds } from './request-bounds.js';
import { UpgradeListener } from './upgrade-listener.js';
import {
  backlog,
  crowdedAddress,
  peerAsClient,
  unboundedPending,
  type UpgradeListenerEvents,
  type UpgradeListenerOptions,
} from './upgrade-listener-options.js';

const nothing = Buffer.alloc(0);

/**
 * An address on which the engine accepts clients. A request for an upgrade that all servers read alike is
 * parsed here. Any other request is handed over with its bytes to Node's server, which answers as on its own
 * listeners.
 */
export class EngineUpgradeListener {
  readonly #others: UpgradeListener;
  /** The sockets that Node's server, or TLS to an upstream, has taken over. */
  readonly #handedOver = new OpenSockets();
  readonly #bounds: RequestBounds;
  readonly #pending: PendingSockets;
  readonly #hasDescriptors: () => boolean;
  readonly #readClientAddress: ReadClientAddress;
  #listener: EngineListener | null = null;
  #boundTo = { address: '', port: 0 };
  /** The number of sockets of the engine that are not joined. */
  #accepted = 0;
  // Sockets accepted before the close may still arrive.
  #isClosed = false;

  constructor(
    private readonly engine: Engine,
    private readonly events: UpgradeListenerEvents,
    options: UpgradeListenerOptions = {},
  ) {
    this.#bounds = { ...defaultBounds, ...options.bounds };
    this.#pending = options.pending ?? unboundedPending();
    this.#hasDescriptors = options.hasDescriptors ?? (() => true);
    this.#readClientAddress = options.readClientAddress ?? peerAsClient;
    this.#others = new UpgradeListener(events, options);
  }

  /** The number of open client sockets that the engine has not joined. */
  get openSockets(): number {
    return this.#accepted + this.#handedOver.size;
  }

  /** The bound address and port, once it listens. */
  get boundTo(): { address: string; port: number } {
    return this.#boundTo;
  }

  /** Resolves to the URL, with the port that the system chose for 0. `inherited` is bound already. */
  async listen({ host, port }: ListenAddress, inherited?: BoundListener): Promise<string> {
    const events: EngineListenerEvents = {
      onSocket: (socket) => this.#onSocket(socket),
      onAcceptFailed: (error) => this.events.onDropped('accept_failed', error),
    };
    const address = inherited?.host ?? (await lookup(host)).address;
    this.#listener = inherited
      ? this.engine.listenOn({ backlog, ...inherited }, events)
      : this.engine.listen({ host: address, port, backlog }, events);
    this.#boundTo = { address, port: this.#listener.port };
    return `ws://${host.includes(':') ? `[${host}]` : host}:${this.#listener.port}`;
  }

  /** Accepts no more sockets, and continues to serve the open ones. */
  stopListening(): void {
    this.#listener?.stop();
  }

  /** Closes the connections that have no request, and may get another one. */
  closeIdle(): void {
    this.#others.closeIdle();
  }

  /** Stops listening and drops all remaining sockets. */
  async close(): Promise<void> {
    this.stopListening();
    this.#isClosed = true;
    this.#listener?.destroySockets();
    this.#handedOver.destroyAll();
    await this.#others.close();
  }

  #onSocket(socket: EngineSocket): void {
    if (this.#isClosed) {
      socket.destroy();
      return;
    }
    this.#accepted += 1;
    const client = new AcceptedClient(socket, this.#clientEvents, this.#bounds);
    const reason = this.#hasDescriptors()
      ? this.#pending.takeUnwatched(socket, socket.remoteAddress)
      : 'descriptors';
    if (reason === null) {
      client.readHead(this.#bounds.headersTimeoutMs);
      return;
    }
    this.events.onDropped(reason);
    socket.resetAndDestroy();
  }

  readonly #clientEvents: AcceptedClientEvents = {
    onHead: (socket, bytes, headBytes) => this.#onHead(socket, bytes, headBytes),
    onOther: (socket, bytes) => this.#handOver(socket, bytes),
    onHeadTimeout: (socket) => this.#refuse(socket, 'bad_handshake'),
    onGone: (socket) => {
      this.#accepted -= 1;
      this.#pending.closed(socket);
    },
    onHandedOver: (socket) => this.#handedOver.add(socket),
  };

  #onHead(socket: EngineSocket, bytes: Buffer, headBytes: number): void {
    const head = readRequestHead(bytes.subarray(0, headBytes));
    if (head === null) {
      this.#handOver(socket, bytes);
      return;
    }
    const forwarding = new ForwardingFields(head.rawHeaders);
    const client = this.#readClientAddress(socket.remoteAddress, forwarding);
    const { clientAddress, peerAddress, isTrustedPeer } = client;
    if (!this.#pending.claim(socket, clientAddress)) {
      this.#refuse(socket, 'connect_rate', crowdedAddress);
      return;
    }
    const onAdmitted = (): void => this.#pending.admitted(socket);
    const earlyBytes = bytes.length === headBytes ? nothing : Buffer.from(bytes.subarray(headBytes));
    this.events.onUpgrade({
      head,
      socket,
      earlyBytes,
      onAdmitted,
      clientAddress,
      peerAddress,
      isTrustedPeer,
    });
  }

  // Node's server takes a place for the socket under a separate key.
  #handOver(socket: EngineSocket, bytes: Buffer): void {
    this.#pending.admitted(socket);
    const handedOver = socket.toNodeSocket(bytes);
    if (handedOver) this.#others.receive(handedOver);
  }

  #refuse(socket: EngineSocket, code: RefusalCode, extras?: RefusalExtras): void {
    this.events.onRefused(code);
    void writeRefusal(socket.toStream(), composeRefusal(code, extras));
  }
}
