/**
 * The engine: native code that moves the bytes of connections on libuv's loop, while TypeScript makes the
 * decisions. The gateway creates one engine at startup and joins sockets with it. Where the engine cannot be
 * built, connections are relayed in TypeScript (libs/tunnel) with the same behaviour. Read engine.ts first,
 * then native/src/relay.h.
 */
export { Engine } from './engine.js';
export type { BoundListener, EngineListener, EngineListenerEvents } from './engine-listeners.js';
export { joinInTypeScript, type JoinInput } from './join-input.js';
export { EngineSocket, type EngineSocketOwner } from './engine-socket.js';
export type { EngineSocketEvents } from './engine-socket-events.js';
export type { EngineStream } from './engine-stream.js';
export { selectEngine, type EngineStatus } from './select-engine.js';
export type { SwitchedAnswer, UpgradeExchange } from './upgrade-exchange.js';
export { UpgradeHeads } from './upgrade-heads.js';
export { SharedPort, type ReservedPort } from './shared-port.js';
