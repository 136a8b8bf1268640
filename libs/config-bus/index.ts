export type * from './ports.js';
export { ConfigFollower, type ConfigFollowerOptions } from './config-follower.js';
export type { FollowerState, FollowerStatus } from './follower-status.js';
export { createInProcessConfigBus, type InProcessConfigBus } from './in-process/in-process-config-bus.js';
