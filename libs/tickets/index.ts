export { createInProcessTickets } from './in-process-tickets.js';
export * from './ports.js';
export { createRedisTickets } from './redis-tickets.js';
