/**
 * Fleet: how the API reaches the gateways (list or close connections, tap, drain), how gateways report their state, and the events
 * that they publish. One adapter uses Redis, the other stays in the process. Read ports.ts first.
 */
export * from './events.js';
export { createInProcessFleet } from './in-process/in-process-fleet.js';
export * from './ports.js';
export * from './requests.js';
export { createRedisFleet } from './redis/redis-fleet.js';
export { createRedisFleetMembership } from './redis/redis-fleet-membership.js';
