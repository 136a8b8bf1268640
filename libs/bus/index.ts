export { BusError } from './bus-error.js';
export type { BusLogger } from './bus-logger.js';
export {
  RedisConnection,
  type ChainableCommander,
  type Redis,
  type RedisConnectionOptions,
} from './redis-connection.js';
