export type * from './ports.js';
export { ConfigBusError } from './config-bus-error.js';
export { ConfigFollower, type ConfigFollowerOptions } from './config-follower.js';
export type { FollowerState, FollowerStatus } from './follower-status.js';
export { createInProcessConfigBus, type InProcessConfigBus } from './in-process/in-process-config-bus.js';
export { createRedisConfigSink, type RedisConfigBusOptions } from './redis/redis-config-sink.js';
export { createRedisConfigSource } from './redis/redis-config-source.js';
export { SnapshotFile, type SnapshotFileContent, type SnapshotFileOptions } from './snapshot-file.js';
