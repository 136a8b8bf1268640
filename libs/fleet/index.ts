export { BusError } from '#libs/bus';
export * from './events.js';
export { createInProcessFleet } from './in-process/in-process-fleet.js';
export * from './ports.js';
export * from './questions.js';
export { createRedisFleet } from './redis/redis-fleet.js';
export { createRedisFleetMembership } from './redis/redis-fleet-membership.js';
