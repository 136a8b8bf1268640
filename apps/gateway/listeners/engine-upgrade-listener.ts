import { lookup } from 'node:dns/promises';
import type { BoundListener, Engine, EngineListener, EngineListenerEvents, EngineSocket } from '#libs/engine';
import type { ListenAddress } from '#libs/settings';
import { ListenerRequests } from './listener-requests.js';
import { OpenSockets } from './open-sockets.js';
import type { PendingSockets } from './pending-sockets.js';
import { defaultBounds } from './request-bounds.js';
import {
  backlog,
  peerAsClient,
  unboundedPending,
  type UpgradeListenerEvents,
  type UpgradeListenerOptions,
} from './upgrade-listener-options.js';

/** An address on which the engine accepts clients. */
export class EngineUpgradeListener {
  readonly #requests: ListenerRequests;
  /** The sockets that Node has taken over. */
  readonly #handedOver = new OpenSockets();
  readonly #pending: PendingSockets;
  readonly #hasDescriptors: () => boolean;
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
    this.#pending = options.pending ?? unboundedPending();
    this.#hasDescriptors = options.hasDescriptors ?? (() => true);
    this.#requests = new ListenerRequests({
      events,
      bounds: { ...defaultBounds, ...options.bounds },
      pending: this.#pending,
      readClientAddress: options.readClientAddress ?? peerAsClient,
      upgradeHeads: engine.upgradeHeads,
    });
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
    this.#requests.closeIdle();
  }

  /** Stops listening and drops all remaining sockets. */
  close(): Promise<void> {
    this.stopListening();
    this.#isClosed = true;
    this.#listener?.destroySockets();
    this.#handedOver.destroyAll();
    return Promise.resolve();
  }

  #onSocket(socket: EngineSocket): void {
    if (this.#isClosed) {
      socket.destroy();
      return;
    }
    this.#accepted += 1;
    socket.owner = {
      onGone: () => this.#onGone(socket),
      onHandedOver: (handedOver) => this.#handedOver.add(handedOver),
    };
    const { remoteAddress } = socket;
    const reason = this.#hasDescriptors()
      ? this.#pending.takeUnwatched(socket, remoteAddress)
      : 'descriptors';
    if (reason === null) {
      this.#requests.receive({ transport: socket, socket, key: socket, peerAddress: remoteAddress });
      return;
    }
    this.events.onDropped(reason);
    socket.resetAndDestroy();
  }

  #onGone(socket: EngineSocket): void {
    this.#accepted -= 1;
    this.#pending.closed(socket);
  }
}
