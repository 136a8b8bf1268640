/**
 * Credentials: API keys and tickets, how they are generated, parsed and hashed, and where tickets are kept between the API, which
 * issues them, and the gateway that redeems them. What a key may do is decided in libs/pipeline/checks. Read api-key.ts first.
 */
export * from './api-key.js';
export { createInProcessTickets } from './in-process-tickets.js';
export { createRedisTickets } from './redis-tickets.js';
export * from './ticket.js';
export * from './ticket-store.js';
