import type { OrdinaryUpgrade } from '#libs/handshake';
import type { NativeEngine } from './engine-addon.js';
import type { EngineSocket } from './engine-socket.js';
import { listenError } from './listen-error.js';

export interface EngineListenerEvents {
  /** The socket has no receiver and is not read yet. */
  onSocket(socket: EngineSocket): void;
  /**
   * If given, it is called in place of `onSocket` with each socket whose first bytes begin with an ordinary
   * upgrade request, and with the bytes behind it. The socket has no receiver, and is read.
   */
  onUpgrade?(socket: EngineSocket, request: OrdinaryUpgrade, rest: Buffer): void;
  onAcceptFailed(error: Error): void;
}

/** An already bound listener, for `listenOn`. */
export interface BoundListener {
  /** Other processes may accept from the same descriptor. */
  descriptor: number;
  host: string;
  port: number;
}

/** An address that the engine listens on. */
export interface EngineListener {
  port: number;
  /** Stops accepting connections; safe to call twice. */
  stop(): void;
  /** Closes all sockets that it accepted and that are still sockets of the engine. */
  destroySockets(): void;
}

interface Address {
  host: string;
  port: number;
}

/** The parts of an engine that its listeners use. */
export interface ListeningEngine {
  isClosed: () => boolean;
  /** Its unjoined sockets. */
  sockets: readonly (EngineSocket | null)[];
}

/** The addresses that an engine listens on. */
export class EngineListeners {
  readonly #events: EngineListenerEvents[] = [];

  constructor(
    private readonly native: NativeEngine,
    private readonly engine: ListeningEngine,
  ) {}

  listen(address: Address & { backlog: number }, events: EngineListenerEvents): EngineListener {
    const readsUpgrades = events.onUpgrade !== undefined;
    const listener = this.native.listen(address.host, address.port, address.backlog, readsUpgrades);
    return this.#add(listener, address, events);
  }

  listenOn(bound: BoundListener & { backlog: number }, events: EngineListenerEvents): EngineListener {
    const readsUpgrades = events.onUpgrade !== undefined;
    return this.#add(this.native.listenOn(bound.descriptor, bound.backlog, readsUpgrades), bound, events);
  }

  eventsOf(listener: number): EngineListenerEvents | undefined {
    return this.#events[listener];
  }

  #add(listener: number, address: Address, events: EngineListenerEvents): EngineListener {
    if (listener < 0) throw listenError(listener, address);
    this.#events[listener] = events;
    return {
      port: this.native.portOf(listener),
      stop: () => {
        if (!this.engine.isClosed()) this.native.stopListening(listener);
      },
      destroySockets: () => {
        for (const socket of this.engine.sockets) if (socket?.listener === listener) socket.destroy();
      },
    };
  }
}
