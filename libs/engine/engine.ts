import { Socket } from 'node:net';
import {
  joinSockets,
  type FrameSender,
  type Tunnel,
  type TunnelEnd,
  type TunnelInput,
  type TunnelListener,
} from '#libs/tunnel';
import { CounterPages } from './counter-pages.js';
import type { EngineAddon, NativeEngine } from './engine-addon.js';
import { slotOf } from './engine-id.js';
import { RecordReader } from './engine-records.js';
import { EngineSocket, systemError, unreadOf } from './engine-socket.js';
import { EngineTunnel } from './engine-tunnel.js';
import { listenError } from './listen-error.js';
import { loadAddon } from './load-addon.js';
import { Outbox } from './outbox.js';
import { plainDescriptorOf } from './plain-descriptor.js';
import { deliverTapped } from './tap-records.js';

const inboxBytes = 262_144;
const reservedBitsCodes = { none: 0, perMessageCompressed: 1, any: 2 };
const onRateCodes = { slow: 0, close: 1 };
const abnormalClosure = 1006;

/** `reason` says why there is no native code for this system. */
export type CreatedEngine = { ok: true; engine: Engine } | { ok: false; reason: string };

/** The options of `joinSockets`, which here also accept sockets of the engine. */
export interface JoinInput extends Omit<TunnelInput, 'client' | 'upstream'> {
  client: Socket | EngineSocket;
  upstream: Socket | EngineSocket;
}

export interface EngineListenerEvents {
  /** The socket starts paused. */
  onSocket(socket: EngineSocket): void;
  onAcceptFailed(error: Error): void;
  /** Called when a Node socket replaces a socket that this listener accepted. */
  onHandedOver: (socket: Socket) => void;
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
}

/**
 * The sockets and connections of native code. JavaScript is not on the path of frames: the engine reports
 * events of unjoined sockets and the ends of connections once per turn of the loop, and counters are read
 * from shared memory.
 */
export class Engine {
  readonly #native: NativeEngine;
  readonly #outbox = new Outbox(() => this.#native.runCommands());
  readonly #inbox = Buffer.alloc(inboxBytes);
  readonly #listeners: EngineListenerEvents[] = [];
  readonly #sockets: (EngineSocket | null)[] = [];
  readonly #tunnels: (EngineTunnel | null)[] = [];
  readonly #counterPages = new CounterPages((index) => this.#native.countersPage(index));
  /** The layout of `JoinNumbers` in libs/engine/native/src/addon/binding_methods.cc. */
  readonly #numbers = new Float64Array(8);
  // All sockets share this object.
  readonly #readUndeliveredOf = (socket: number): void => this.#readUndelivered([socket]);
  readonly #closed: Promise<void>;
  #onClosed: () => void = () => undefined;
  #isClosed = false;

  /** Creates an engine on the loop of this thread. */
  static create(): CreatedEngine {
    const loaded = loadAddon();
    return loaded.ok ? { ok: true, engine: new Engine(loaded.addon) } : loaded;
  }

  private constructor(addon: EngineAddon) {
    this.#closed = new Promise((resolve) => (this.#onClosed = resolve));
    this.#native = addon.createEngine(
      performance.now(),
      this.#inbox,
      this.#outbox.memory,
      (start, end) => this.#records.read(this.#inbox, start, end),
      (records) => deliverTapped(records, (slot) => this.#tunnels[slot]?.reporters ?? null),
      () => this.#onClosed(),
    );
  }

  /** The number of connections that the engine relays. */
  get connections(): number {
    return this.#isClosed ? 0 : this.#native.connections();
  }

  /**
   * Listens on an IP address; port 0 lets the system choose a port. Throws the same errors as a Node server.
   */
  listen(
    address: { host: string; port: number; backlog: number },
    events: EngineListenerEvents,
  ): EngineListener {
    return this.#addListener(
      this.#native.listen(address.host, address.port, address.backlog),
      address,
      events,
    );
  }

  /** Listens on a descriptor. The engine closes the descriptor when the listener stops. */
  listenOn(bound: BoundListener & { backlog: number }, events: EngineListenerEvents): EngineListener {
    return this.#addListener(this.#native.listenOn(bound.descriptor, bound.backlog), bound, events);
  }

  /** Connects to an IP address. The socket emits `connect`, or an error. */
  connect(address: string, port: number): EngineSocket {
    return this.#addSocket(this.#native.connect(address, port), address);
  }

  /**
   * Joins two sockets as `joinSockets` does. The join is native if both are plain TCP sockets without pending
   * writes.
   */
  join(input: JoinInput): Tunnel {
    const client = this.#own(input.client);
    const upstream = client && this.#own(input.upstream);
    if (client && upstream) return this.#join(input, client, upstream);
    // The upstream cannot be taken over, so this copy of the client's descriptor is closed. The connection
    // stays open.
    if (client && client !== input.client) client.destroy();
    return joinInTypeScript(input);
  }

  /** For tests: advances the engine's clock, and fires the timers that are due. */
  advanceClock(milliseconds: number): void {
    this.#native.runCommands();
    this.#native.advanceClock(milliseconds);
  }

  /**
   * Drops all sockets and connections. Resolves when their ends were reported and all handles of the engine
   * are closed.
   */
  async close(): Promise<void> {
    if (!this.#isClosed) this.#native.close();
    await this.#closed;
    this.#isClosed = true;
  }

  #addListener(
    listener: number,
    address: { host: string; port: number },
    events: EngineListenerEvents,
  ): EngineListener {
    if (listener < 0) throw listenError(listener, address);
    this.#listeners[listener] = events;
    return {
      port: this.#native.portOf(listener),
      stop: () => {
        if (!this.#isClosed) this.#native.stopListening(listener);
      },
    };
  }

  #addSocket(
    id: number,
    remoteAddress: string,
    onHandedOver: ((socket: Socket) => void) | null = null,
  ): EngineSocket {
    const socket = new EngineSocket({
      native: this.#native,
      id,
      remoteAddress,
      readUndelivered: this.#readUndeliveredOf,
      onHandedOver,
    });
    if (id > 0) this.#sockets[slotOf(id)] = socket;
    else socket.reportClosed(id);
    return socket;
  }

  /**
   * Returns the socket itself, or an engine socket that replaces it; null if the engine cannot take it over.
   */
  #own(socket: Socket | EngineSocket): EngineSocket | null {
    if (socket instanceof EngineSocket) return socket;
    const descriptor = plainDescriptorOf(socket);
    const id = descriptor === null ? -1 : this.#native.adopt(descriptor);
    return id > 0 ? this.#addSocket(id, '') : null;
  }

  #join(input: JoinInput, client: EngineSocket, upstream: EngineSocket): Tunnel {
    // Bytes that arrived since the last report belong to the heads.
    this.#readUndelivered([client.id, upstream.id]);
    this.#writeNumbers(input);
    const { fromClients, fromUpstreams } = input.lanes;
    const connection = this.#native.join(
      client.id,
      upstream.id,
      joined(input.clientHead, unreadOf(input.client)),
      joined(input.upstreamHead, unreadOf(input.upstream)),
      this.#numbers,
      fromClients.memory,
      fromUpstreams.memory,
    );
    const tunnel = this.#createTunnel(connection, input.listener);
    if (connection === 0) endLater(tunnel, client.destroyed ? 'client' : 'upstream');
    for (const socket of [client, upstream]) {
      this.#sockets[slotOf(socket.id)] = null;
      if (connection !== 0) socket.leave();
      else socket.destroy();
    }
    // The engine has copies of the descriptors of these sockets.
    for (const socket of [input.client, input.upstream]) socket.destroy();
    return tunnel;
  }

  /** `connection` is 0 if one of the sockets is gone: its tunnel ends at once, and never reads a counter. */
  #createTunnel(connection: number, listener: TunnelListener): EngineTunnel {
    const tunnel = new EngineTunnel(this.#counterPages, this.#outbox, connection, listener);
    if (connection !== 0) this.#tunnels[slotOf(connection)] = tunnel;
    return tunnel;
  }

  #writeNumbers({ limits, messageLimits, reservedBits, onRate }: JoinInput): void {
    const numbers = this.#numbers;
    numbers[0] = limits.idleMs ?? Infinity;
    numbers[1] = limits.maxLifetimeMs ?? Infinity;
    numbers[2] = limits.pingIntervalMs ?? Infinity;
    numbers[3] = limits.closeTimeoutMs;
    numbers[4] = limits.halfOpenTimeoutMs;
    numbers[5] = messageLimits.maxMessageBytes ?? Infinity;
    numbers[6] = reservedBitsCodes[reservedBits];
    numbers[7] = onRateCodes[onRate];
  }

  /** Reports the pending events of these sockets. */
  #readUndelivered(sockets: readonly number[]): void {
    const undelivered = this.#native.undelivered();
    this.#records.readOf(sockets, this.#inbox, Math.floor(undelivered / 2 ** 32), undelivered >>> 0);
  }

  readonly #reports = {
    onAccepted: (listener: number, socket: number, address: string): void => {
      const events = this.#listeners[listener];
      events?.onSocket(this.#addSocket(socket, address, events.onHandedOver));
    },
    onAcceptFailed: (listener: number, error: number): void =>
      this.#listeners[listener]?.onAcceptFailed(systemError(error)),
    onConnected: (socket: number): void => this.#socket(socket)?.reportConnected(),
    onData: (socket: number, bytes: Buffer): void => this.#socket(socket)?.reportData(bytes),
    onFin: (socket: number): void => this.#socket(socket)?.reportFin(),
    onFlushed: (socket: number): void => this.#socket(socket)?.reportFlushed(),
    onClosed: (socket: number, error: number): void => {
      const closed = this.#socket(socket);
      if (closed) this.#sockets[slotOf(socket)] = null;
      closed?.reportClosed(error);
    },
    onEnded: (connection: number, end: TunnelEnd, isCommanded: boolean): void => {
      const tunnel = this.#tunnels[slotOf(connection)];
      this.#tunnels[slotOf(connection)] = null;
      tunnel?.end(end, isCommanded);
    },
  };

  readonly #records = new RecordReader(this.#reports);

  #socket(id: number): EngineSocket | null {
    const socket = this.#sockets[slotOf(id)];
    return socket?.id === id ? socket : null;
  }
}

/** Joins two sockets without native code. */
export function joinInTypeScript({ client, upstream, ...others }: JoinInput): Tunnel {
  return joinSockets({ client: nodeSocketOf(client), upstream: nodeSocketOf(upstream), ...others });
}

// A socket that is gone has closed, so its tunnel ends at once.
function nodeSocketOf(socket: Socket | EngineSocket): Socket {
  if (!(socket instanceof EngineSocket)) return socket;
  return socket.toNodeSocket() ?? new Socket().destroy();
}

function joined(first: Buffer, second: Buffer): Buffer {
  return second.length === 0 ? first : Buffer.concat([first, second]);
}

function endLater(tunnel: EngineTunnel, endedBy: FrameSender): void {
  queueMicrotask(() => tunnel.end({ endedBy, closeCode: abnormalClosure, reason: null }, false));
}
