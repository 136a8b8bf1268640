/**
 * One engine of the addon. libs/engine/native/src/engine.h and addon/ describe its methods. Sockets and
 * connections are identified by ids.
 */
export interface NativeEngine {
  /**
   * Returns the number of a listener, or a negative libuv error. `address` is an IP address. With
   * `readsUpgrades`, a client that sends an ordinary upgrade request at once is reported together with it.
   */
  listen(address: string, port: number, backlog: number, readsUpgrades: boolean): number;
  /** Like `listen`, on a bound descriptor. The engine takes ownership of the descriptor. */
  listenOn(descriptor: number, backlog: number, readsUpgrades: boolean): number;
  portOf(listener: number): number;
  stopListening(listener: number): void;
  /** Returns the id of a connecting socket, or a libuv error. */
  connect(address: string, port: number): number;
  /**
   * Like `connect`, and begins an exchange: the request is sent as soon as the socket is connected. The
   * answer may select one of the `protocols`, which are separated by commas.
   */
  connect(
    address: string,
    port: number,
    request: string,
    key: string,
    protocols: string,
    mayCompress: boolean,
  ): number;
  /**
   * Ends an exchange. Returns undefined if its outcome was reported; null if its request was not sent;
   * otherwise the milliseconds since it was sent, as a 64-bit float, and the bytes of the answer.
   */
  takeBack(socket: number): Buffer | null | undefined;
  /** Returns the id of a socket on a copy of the descriptor, or a libuv error. */
  adopt(descriptor: number): number;
  /**
   * Writes a string as Latin-1. Returns false when some bytes are queued; a record reports when the system
   * has taken all of them.
   */
  write(socket: number, bytes: Uint8Array | string): boolean;
  end(socket: number): void;
  pause(socket: number): void;
  resume(socket: number): void;
  destroy(socket: number): void;
  reset(socket: number): void;
  /** Returns a descriptor for the new owner, or -1. The socket is destroyed in either case. */
  release(socket: number): number;
  /**
   * Returns the id of a connection, 0 when one of the sockets is gone, or -1 when one of them has a record
   * that was not read yet and belongs to the heads. `numbers` has the layout of `JoinNumbers`. If the
   * upstream has ended an exchange with a 101, the client gets that with the `extraFields`, which are whole
   * lines.
   */
  join(
    client: number,
    upstream: number,
    clientHead: Uint8Array,
    upstreamHead: Uint8Array,
    numbers: Float64Array,
    laneFromClient: Float64Array,
    laneFromUpstream: Float64Array,
    extraFields: string,
    narrowerLanes: NarrowerLanes | undefined,
  ): number;
  /** Replaces the lanes of the key and the route of a connection; does nothing if it has ended. */
  setNarrowerLanes(connection: number, narrowerLanes: NarrowerLanes | undefined): void;
  /** Returns the number of bytes that a connection holds of both directions; 0 if it has ended. */
  bufferedBytes(connection: number): number;
  /** Returns the counters of 1,024 slots. */
  countersPage(index: number): Float64Array | undefined;
  /** Executes the commands in the outbox now. */
  runCommands(): void;
  /**
   * Returns the range of the undelivered records in the inbox: the start offset times 2^32, plus the end
   * offset.
   */
  undelivered(): number;
  advanceClock(milliseconds: number): void;
  connections(): number;
  unjoinedSockets(): number;
  close(): void;
}

/**
 * The memory of the lanes of the key and the route of a connection, each for the messages of the client and
 * then for those of the upstream.
 */
export type NarrowerLanes = readonly Float64Array[];

/** The exports of the native addon. */
export interface EngineAddon {
  /**
   * The size in bytes of libuv's TCP handle (`uv_tcp_t`) when the addon was compiled. Node-API is stable
   * across versions of Node.js; the structures of libuv are not.
   */
  readonly compiledTcpBytes: number;
  /** The size of the same handle in the Node.js process that runs the addon. */
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
   * libs/engine/native/src/shared_port.h describes these functions. Each binds an IP address, and returns a
   * descriptor or a libuv error.
   */
  reservePort(address: string, port: number): number;
  openListener(address: string, port: number): number;
  boundPortOf(descriptor: number): number;
  /**
   * For tests: reads the head of an answer as an exchange does. Returns the 101 for the client, the
   * subprotocol and the extensions; undefined if it is not an ordinary 101.
   */
  readSwitchingAnswer(
    head: string,
    key: string,
    protocols: string,
    mayCompress: boolean,
  ): [head: string, protocol: string, extensions: string] | undefined;
  /**
   * Reads the head of an ordinary upgrade request at the beginning of `bytes`. Returns its length, or 0 if it
   * is not one. `ranges` gets the layout of `UpgradeHead` in libs/engine/native/src/upgrade_head.h.
   */
  readUpgradeHead(bytes: Uint8Array, ranges: Int32Array): number;
  /**
   * Whether a text is an API key whose secret has this SHA-256, as `hasSecret` of libs/credentials. It is no
   * method, so that it can be passed on alone.
   */
  readonly hasSecret: (text: string, secretHash: string) => boolean;
}
