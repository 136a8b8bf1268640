/** What the native addon exports. */
export interface EngineAddon {
  /**
   * Bytes of libuv's TCP handle (`uv_tcp_t`) when the addon was compiled. Node-API is stable over versions of Node.js, the
   * structures of libuv are not.
   */
  readonly compiledTcpBytes: number;
  /** The same in the Node.js that runs the addon. */
  readonly runtimeTcpBytes: number;
}
