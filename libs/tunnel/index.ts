/**
 * Tunnel: relays a joined connection in TypeScript. It relays bytes under backpressure, follows frames by
 * their headers, and applies limits, keepalive and closing. The native engine (libs/engine) does the same in
 * C++; the gateway selects one of the two. Read tunnel.ts first.
 */
export * from './gathered-bytes.js';
export * from './join-sockets.js';
export * from './observer-list.js';
export * from './timing-wheel.js';
export type { LaneRates } from './traffic-lane.js';
export * from './traffic-table.js';
export * from './tunnel.js';
