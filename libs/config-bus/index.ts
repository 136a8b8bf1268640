/**
 * Config bus: how the published configuration gets from the API to the gateways. The API writes to a sink;
 * each gateway follows a source, applies changes in order, and keeps the last good snapshot in a file. The
 * bus is Redis, or stays in the process. Read ports.ts first, then config-follower.ts;
 * docs/life-of-a-change.md shows the whole way of a change.
 */
export { writeAtomically } from './atomic-write.js';
export { ConfigFollower, type ConfigFollowerOptions } from './config-follower.js';
export type { FollowerStatus } from './follower-status.js';
export { createInProcessConfigBus } from './in-process/in-process-config-bus.js';
export type * from './ports.js';
export { createRedisConfigSink } from './redis/redis-config-sink.js';
export { createRedisConfigSource } from './redis/redis-config-source.js';
export { SnapshotFile } from './snapshot-file.js';
