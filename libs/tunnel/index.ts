/**
 * Tunnel: relaying a joined connection in TypeScript: bytes under backpressure, frames followed by their headers, limits, keepalive and
 * closing. The native engine (libs/engine) does the same in C++; the gateway chooses one. Read tunnel.ts first.
 */
export * from './gathered-bytes.js';
export * from './join-sockets.js';
export * from './observer-list.js';
export * from './timing-wheel.js';
export * from './traffic-table.js';
export * from './tunnel.js';
