/** One engine of the addon. Its parts are described in libs/engine/native/src/engine.h and addon.cc; sockets and connections are ids. */
export interface NativeEngine {
  /** The number of a listener, or an error of libuv, which is negative. `address` is an IP address. */
  listen(address: string, port: number, backlog: number): number;
  /** The same on a descriptor that is bound, which the engine takes over. */
  listenOn(descriptor: number, backlog: number): number;
  portOf(listener: number): number;
  stopListening(listener: number): void;
  /** A socket that is being connected, or an error of libuv. */
  connect(address: string, port: number): number;
  /** A socket on a copy of the descriptor, or an error of libuv. */
  adopt(descriptor: number): number;
  /** A text is written in latin1. False: some of it waits, and a record says when the system has taken all. */
  write(socket: number, bytes: Uint8Array | string): boolean;
  end(socket: number): void;
  pause(socket: number): void;
  resume(socket: number): void;
  destroy(socket: number): void;
  reset(socket: number): void;
  /** A descriptor for another owner, or -1; the socket is destroyed in any case. */
  release(socket: number): number;
  /** The id of a connection, or 0 where a socket is gone. `numbers` is laid out as `JoinNumbers`. */
  join(
    client: number,
    upstream: number,
    clientHead: Uint8Array,
    upstreamHead: Uint8Array,
    numbers: Float64Array,
    laneFromClient: Float64Array,
    laneFromUpstream: Float64Array,
  ): number;
  /** The counters of 1,024 slots. */
  countersPage(index: number): Float64Array | undefined;
  /** Executes the commands in the outbox now. */
  runCommands(): void;
  /** The records in the inbox that are not delivered yet: their start times 2^32, and their end. */
  undelivered(): number;
  advanceClock(milliseconds: number): void;
  connections(): number;
  unjoinedSockets(): number;
  close(): void;
}

/** What the native addon exports. */
export interface EngineAddon {
  /**
   * Bytes of libuv's TCP handle (`uv_tcp_t`) when the addon was compiled. Node-API is stable over versions of Node.js, the
   * structures of libuv are not.
   */
  readonly compiledTcpBytes: number;
  /** The same in the Node.js that runs the addon. */
  readonly runtimeTcpBytes: number;
  createEngine(
    nowMs: number,
    inbox: Uint8Array,
    outbox: Uint8Array,
    onRecords: (start: number, end: number) => void,
    onTapped: (records: Buffer) => void,
    onClosed: () => void,
  ): NativeEngine;
  /**
   * These are described in libs/engine/native/src/shared_port.h: each binds an IP address, and answers with a descriptor, or with an error
   * of libuv.
   */
  reservePort(address: string, port: number): number;
  openListener(address: string, port: number): number;
  boundPortOf(descriptor: number): number;
}
