/** What the native addon exports. */
export interface EngineAddon {
  readonly abi: EngineAbi;
}

/**
 * Bytes of libuv's TCP handle (`uv_tcp_t`), when the addon was compiled and in the Node.js that runs it. Node-API is stable
 * over versions of Node.js, libuv's structures are not.
 */
export interface EngineAbi {
  readonly compiledTcpBytes: number;
  readonly runtimeTcpBytes: number;
}
