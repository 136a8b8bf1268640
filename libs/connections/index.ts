export * from './connection-registry.js';
export * from './first-by-id.js';
export * from './live-connection.js';
export * from './slice-queue.js';
export * from './spread-close.js';
