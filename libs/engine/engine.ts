import {
  TimingWheel,
  type FrameSender,
  type RelaySocket,
  type Tunnel,
  type TunnelEnd,
  type TunnelListener,
} from '#libs/tunnel';
import { CounterPages } from './counter-pages.js';
import type { EngineAddon, NativeEngine } from './engine-addon.js';
import { slotOf } from './engine-id.js';
import {
  EngineListeners,
  type BoundListener,
  type EngineListener,
  type EngineListenerEvents,
} from './engine-listeners.js';
import { RecordReader, type UpgradeBytes } from './engine-records.js';
import { EngineSocket, systemError, type EngineSocketContext } from './engine-socket.js';
import { EngineTunnel } from './engine-tunnel.js';
import {
  joinInTypeScript,
  joinNumbers,
  joinedHead,
  lanesToJoin,
  writeJoinNumbers,
  type JoinInput,
} from './join-input.js';
import { loadAddon } from './load-addon.js';
import { Outbox } from './outbox.js';
import { plainDescriptorOf } from './plain-descriptor.js';
import { deliverTapped } from './tap-records.js';
import type { SwitchedAnswer, UpgradeExchange } from './upgrade-exchange.js';
import { UpgradeHeads } from './upgrade-heads.js';

const inboxBytes = 262_144;
const abnormalClosure = 1006;
const noListener = -1;
/** `join` of the engine returns it if a socket has records that were not read. */
const unread = -1;

/** `reason` says why there is no native code for this system. */
export type CreatedEngine = { ok: true; engine: Engine } | { ok: false; reason: string };

/**
 * The sockets and connections of native code. JavaScript is not on the path of frames: the engine reports
 * events of unjoined sockets and the ends of connections once per turn of the loop, and counters are read
 * from shared memory.
 */
export class Engine {
  readonly upgradeHeads: UpgradeHeads;
  /** As `hasSecret` of libs/credentials. */
  readonly hasSecret: EngineAddon['hasSecret'];
  readonly #native: NativeEngine;
  readonly #outbox = new Outbox(
    () => this.#native.runCommands(),
    (connection, lanes) => this.#native.setNarrowerLanes(connection, lanes),
    (connection) => this.#native.bufferedBytes(connection),
  );
  readonly #inbox = Buffer.alloc(inboxBytes);
  readonly #listeners: EngineListeners;
  readonly #sockets: (EngineSocket | null)[] = [];
  readonly #tunnels: (EngineTunnel | null)[] = [];
  readonly #counterPages = new CounterPages((index) => this.#native.countersPage(index));
  readonly #numbers = new Float64Array(joinNumbers);
  readonly #context: EngineSocketContext;
  readonly #closed: Promise<void>;
  #onClosed: () => void = () => undefined;
  #connections = 0;
  #isClosed = false;

  /** Creates an engine on the loop of this thread. */
  static create(): CreatedEngine {
    const loaded = loadAddon();
    return loaded.ok ? { ok: true, engine: new Engine(loaded.addon) } : loaded;
  }

  private constructor(addon: EngineAddon) {
    this.upgradeHeads = new UpgradeHeads(addon);
    this.hasSecret = addon.hasSecret;
    this.#closed = new Promise((resolve) => (this.#onClosed = resolve));
    this.#native = addon.createEngine(
      performance.now(),
      this.#inbox,
      this.#outbox.memory,
      (start, end) => this.#records.read(start, end),
      (records) => deliverTapped(records, (slot) => this.#tunnels[slot]?.reporters ?? null),
      () => this.#onClosed(),
    );
    this.#listeners = new EngineListeners(this.#native, {
      isClosed: () => this.#isClosed,
      sockets: this.#sockets,
    });
    this.#context = {
      native: this.#native,
      wheel: new TimingWheel(),
      readUndelivered: (socket) => this.#readUndelivered([socket]),
    };
  }

  /** The number of relayed connections. It is read for each new client, so it is counted here. */
  get connections(): number {
    return this.#connections;
  }

  /**
   * Listens on an IP address; port 0 lets the system choose a port. Throws the same errors as a Node server.
   */
  listen(
    address: { host: string; port: number; backlog: number },
    events: EngineListenerEvents,
  ): EngineListener {
    return this.#listeners.listen(address, events);
  }

  /** Listens on a descriptor. The engine closes the descriptor when the listener stops. */
  listenOn(bound: BoundListener & { backlog: number }, events: EngineListenerEvents): EngineListener {
    return this.#listeners.listenOn(bound, events);
  }

  /**
   * Starts to connect to an IP address; `onConnected` or `onClosed` follows. With an exchange, `onSwitched`
   * follows if the upstream answers with an ordinary 101.
   */
  connect(address: string, port: number, exchange: UpgradeExchange | null = null): EngineSocket {
    const native = this.#native;
    if (exchange === null) return this.#addSocket(native.connect(address, port), address);
    const { request, key, protocols, mayCompress } = exchange;
    const offered = protocols.length === 0 ? '' : protocols.join(',');
    return this.#addSocket(native.connect(address, port, request, key, offered, mayCompress), address);
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

  #addSocket(id: number, remoteAddress: string, listener = noListener): EngineSocket {
    const socket = new EngineSocket(this.#context, { id, remoteAddress, listener });
    if (id > 0) this.#sockets[slotOf(id)] = socket;
    else socket.reportClosed(id);
    return socket;
  }

  /**
   * Returns the socket itself, or an engine socket that replaces it; null if the engine cannot take it over.
   */
  #own(socket: RelaySocket | EngineSocket): EngineSocket | null {
    if (socket instanceof EngineSocket) return socket;
    const descriptor = plainDescriptorOf(socket);
    const id = descriptor === null ? -1 : this.#native.adopt(descriptor);
    return id > 0 ? this.#addSocket(id, '') : null;
  }

  #join(input: JoinInput, client: EngineSocket, upstream: EngineSocket): Tunnel {
    client.hold();
    upstream.hold();
    const connection = this.#joinNatively(input, client, upstream);
    const tunnel = this.#createTunnel(connection, input.listener);
    if (connection === 0) endLater(tunnel, client.isGone ? 'client' : 'upstream');
    if (connection === 0) {
      client.destroy();
      upstream.destroy();
    } else {
      this.#release(client);
      this.#release(upstream);
    }
    // The engine has copies of the descriptors of Node's sockets.
    if (client !== input.client) input.client.destroy();
    if (upstream !== input.upstream) input.upstream.destroy();
    return tunnel;
  }

  /** Returns the id of the connection; 0 if one of the sockets is gone. */
  #joinNatively(input: JoinInput, client: EngineSocket, upstream: EngineSocket): number {
    writeJoinNumbers(this.#numbers, input);
    const { fromClient, fromUpstream, narrower } = lanesToJoin(input.lanes);
    let { clientHead, upstreamHead } = input;
    for (;;) {
      clientHead = joinedHead(clientHead, input.client);
      upstreamHead = joinedHead(upstreamHead, input.upstream);
      const connection = this.#native.join(
        client.id,
        upstream.id,
        clientHead,
        upstreamHead,
        this.#numbers,
        fromClient,
        fromUpstream,
        input.extraFields ?? '',
        narrower,
      );
      if (connection !== unread) return connection;
      // Bytes that arrived since the last report belong to the heads.
      this.#readUndelivered([client.id, upstream.id]);
    }
  }

  #release(joined: EngineSocket): void {
    this.#sockets[slotOf(joined.id)] = null;
    joined.leave();
  }

  /** `connection` is 0 if one of the sockets is gone: its tunnel ends at once, and never reads a counter. */
  #createTunnel(connection: number, listener: TunnelListener): EngineTunnel {
    const tunnel = new EngineTunnel(this.#counterPages, this.#outbox, connection, listener);
    if (connection === 0) return tunnel;
    this.#connections += 1;
    this.#tunnels[slotOf(connection)] = tunnel;
    return tunnel;
  }

  /** Reports the pending events of these sockets. */
  #readUndelivered(sockets: readonly number[]): void {
    const undelivered = this.#native.undelivered();
    this.#records.readOf(sockets, Math.floor(undelivered / 2 ** 32), undelivered >>> 0);
  }

  readonly #reports = {
    onAccepted: (listener: number, socket: number, address: string): void => {
      this.#listeners.eventsOf(listener)?.onSocket(this.#addSocket(socket, address, listener));
    },
    onUpgrade: (listener: number, socket: number, address: string, first: UpgradeBytes): void => {
      const events = this.#listeners.eventsOf(listener);
      const accepted = this.#addSocket(socket, address, listener);
      if (first.request === null || !events?.onUpgrade) {
        events?.onSocket(accepted);
        accepted.reportData(first.rest);
      } else {
        accepted.noteReading();
        events.onUpgrade(accepted, first.request, first.rest);
      }
    },
    onAcceptFailed: (listener: number, error: number): void =>
      this.#listeners.eventsOf(listener)?.onAcceptFailed(systemError(error)),
    onConnected: (socket: number, sentForMs: number | null): void =>
      this.#socket(socket)?.reportConnected(sentForMs),
    onSwitched: (socket: number, answer: SwitchedAnswer): void =>
      this.#socket(socket)?.reportSwitched(answer),
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
      this.#connections -= 1;
      tunnel?.end(end, isCommanded);
    },
  };

  readonly #records = new RecordReader(this.#inbox, this.#reports);

  #socket(id: number): EngineSocket | null {
    const socket = this.#sockets[slotOf(id)];
    return socket?.id === id ? socket : null;
  }
}

function endLater(tunnel: EngineTunnel, endedBy: FrameSender): void {
  queueMicrotask(() => tunnel.end({ endedBy, closeCode: abnormalClosure, reason: null }, false));
}
