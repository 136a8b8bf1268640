import { lookup } from 'node:dns/promises';
import type { Socket } from 'node:net';
import type {
  BoundListener,
  Engine,
  EngineListener,
  EngineListenerEvents,
  EngineSocket,
  EngineSocketOwner,
} from '#libs/engine';
import type { OrdinaryUpgrade } from '#libs/handshake';
import type { ListenAddress } from '#libs/settings';
import type { AcceptedSocket } from './accepted-socket.js';
import { ListenerRequests } from './listener-requests.js';
import { OpenSockets } from './open-sockets.js';
import { PendingPlace, type PendingSockets } from './pending-sockets.js';
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
      onSocket: (socket) => this.#receive(socket),
      onUpgrade: (socket, request, rest) => this.#receiveUpgrade(socket, request, rest),
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

  /** Called with the place of an accepted socket, once it is no longer a pending one of the engine. */
  onGone(place: EnginePlace): void {
    this.#accepted -= 1;
    this.#pending.closed(place);
  }

  onHandedOver(socket: Socket): void {
    this.#handedOver.add(socket);
  }

  #receive(socket: EngineSocket): void {
    const accepted = this.#accept(socket);
    if (accepted !== null) this.#requests.receive(accepted);
  }

  #receiveUpgrade(socket: EngineSocket, request: OrdinaryUpgrade, rest: Buffer): void {
    const accepted = this.#accept(socket);
    if (accepted !== null) this.#requests.receiveUpgrade(accepted, request, rest);
  }

  /** Null if the socket is closed instead. */
  #accept(socket: EngineSocket): AcceptedSocket | null {
    if (this.#isClosed) {
      socket.destroy();
      return null;
    }
    this.#accepted += 1;
    const key = new EnginePlace(this);
    socket.owner = key;
    const { remoteAddress } = socket;
    const reason = this.#hasDescriptors() ? this.#pending.takeUnwatched(key, remoteAddress) : 'descriptors';
    if (reason === null) return { transport: socket, socket, key, peerAddress: remoteAddress };
    this.events.onDropped(reason);
    socket.resetAndDestroy();
    return null;
  }
}

/** The place of a socket of the engine among the pending ones, which ends with the socket. */
class EnginePlace extends PendingPlace implements EngineSocketOwner {
  constructor(private readonly listener: Pick<EngineUpgradeListener, 'onGone' | 'onHandedOver'>) {
    super();
  }

  onGone(): void {
    this.listener.onGone(this);
  }

  onHandedOver(socket: Socket): void {
    this.listener.onHandedOver(socket);
  }
}
