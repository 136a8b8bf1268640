/**
 * The settings of the processes, parsed from the environment and checked once, at the start. Each application
 * reads its own with `readApiSettings`, `readGatewaySettings` or `readEchoSettings`. Read
 * `definitions/groups.ts` first: it lists every setting; docs/configuration.md is generated from the
 * definitions.
 */
export { isPostgresUrl, parsePostgresUrl, type PostgresAddress } from './database-url.js';
export type { Environment, ListenAddress } from './setting-readers.js';
export { parseRedisUrl, type RedisAddress, type RedisEndpoint, type RedisTls } from './redis-url.js';
export * from './settings.js';
export * from './settings-error.js';
export type { TlsSettings } from './tls-settings.js';
export { settingGroups } from './definitions/groups.js';
export type { SettingDescription } from './setting.js';
export { unknownSettings } from './unknown-settings.js';
