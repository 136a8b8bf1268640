/**
 * The engine: native code that moves the bytes of connections, on libuv's loop, while TypeScript decides. The gateway creates
 * one at its start and joins sockets with it; where it can't be built, connections are relayed in TypeScript (libs/tunnel) with the
 * same behaviour. Read engine.ts first, then native/src/relay.h.
 */
export {
  Engine,
  joinInTypeScript,
  type BoundListener,
  type EngineListener,
  type EngineListenerEvents,
  type JoinInput,
} from './engine.js';
export { EngineSocket } from './engine-socket.js';
export { selectEngine, type EngineStatus } from './select-engine.js';
export { SharedPort, type ReservedPort } from './shared-port.js';
