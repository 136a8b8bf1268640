/** A connection, as JavaScript and the engine name it to each other: a slot is used again, and its generation tells its users apart. */
export interface ConnectionId {
  slot: number;
  generation: number;
}

/** One engine of the addon. Its parts are described in libs/engine/native/src/engine.h and addon.cc. */
export interface NativeEngine {
  /** Joins two connected sockets, of whose descriptors it makes copies. `numbers` is laid out as `AdoptNumbers`. */
  adopt(
    clientDescriptor: number,
    upstreamDescriptor: number,
    clientHead: Uint8Array,
    upstreamHead: Uint8Array,
    numbers: Float64Array,
    laneFromClient: Float64Array,
    laneFromUpstream: Float64Array,
  ): void;
  /** The counters of 1,024 slots. */
  countersPage(index: number): Float64Array | undefined;
  /** Executes the commands in the outbox now. */
  flush(): void;
  advanceClock(milliseconds: number): void;
  connections(): number;
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
    onEnded: (count: number) => void,
    onTapped: (records: Buffer) => void,
    onClosed: () => void,
  ): NativeEngine;
}
