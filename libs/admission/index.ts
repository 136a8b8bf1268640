export * from './check-key.js';
export * from './check-origin.js';
export * from './connection-limits.js';
export * from './local-connection-limiter.js';
export * from './presented-credential.js';
