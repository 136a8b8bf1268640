export * from './connection-registry.js';
export * from './connection-reviewer.js';
export * from './live-connection.js';
export * from './spread-close.js';
