export * from './fleet-connection-limiter.js';
