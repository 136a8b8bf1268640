export { writeAtomically } from './atomic-write.js';
export type * from './ports.js';
export { ConfigFollower, type ConfigFollowerOptions } from './config-follower.js';
export type { FollowerStatus } from './follower-status.js';
export { createInProcessConfigBus } from './in-process/in-process-config-bus.js';
export { createRedisConfigSink } from './redis/redis-config-sink.js';
export { createRedisConfigSource } from './redis/redis-config-source.js';
export { SnapshotFile } from './snapshot-file.js';
export { WorkSlice } from './work-slice.js';
