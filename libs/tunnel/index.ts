export * from './gathered-bytes.js';
export * from './join-sockets.js';
export * from './observer-list.js';
export * from './timing-wheel.js';
export * from './traffic-table.js';
export * from './tunnel.js';
