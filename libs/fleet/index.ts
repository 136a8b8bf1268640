/**
 * Fleet: requests of the API to the gateways (list or close connections, tap, drain), the reports of
 * gateways, and the events that they publish. One adapter uses Redis, the other works in the process. Read
 * ports.ts first.
 */
export * from './events.js';
export { createInProcessFleet } from './in-process/in-process-fleet.js';
export type { LeftUsage } from './left-usage.js';
export * from './ports.js';
export * from './requests.js';
export type { UpstreamLoads } from './upstream-loads.js';
export { createRedisFleet } from './redis/redis-fleet.js';
export { createRedisFleetMembership } from './redis/redis-fleet-membership.js';
