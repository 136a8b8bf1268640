/**
 * Redis: the connection that the configuration bus, the fleet bus, the limits and the tickets each
 * open, to a single server, through sentinels or to a cluster. It is the only place that imports
 * ioredis. Read redis-connection.ts first.
 */
export { RedisError } from './redis-error.js';
export type { Logger } from './logger.js';
export type { Redis } from './redis-client.js';
export type { RedisScript } from './redis-script.js';
export { RedisConnection, type ChainableCommander, type RedisConnectionOptions } from './redis-connection.js';
