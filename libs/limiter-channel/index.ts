export * from './channel-connection-limiter.js';
export * from './limiter-messages.js';
export * from './slot-desk.js';
