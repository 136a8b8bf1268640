export { isPostgresUrl, parsePostgresUrl, type PostgresAddress } from './database-url.js';
export type { Environment, ListenAddress } from './setting-readers.js';
export { parseRedisUrl, type RedisAddress, type RedisEndpoint, type RedisTls } from './redis-url.js';
export * from './settings.js';
export * from './settings-error.js';
export type { TlsSettings } from './tls-settings.js';
export { unknownSettings } from './unknown-settings.js';
