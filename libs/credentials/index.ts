/**
 * Credentials: API keys and tickets, generating, parsing and hashing them, and the store of tickets between
 * the API, which issues them, and the gateway, which redeems them. What a key may do is decided in
 * libs/pipeline/checks. Read api-key.ts first.
 */
export * from './api-key.js';
export { createInProcessTickets } from './in-process-tickets.js';
export { createRedisTickets } from './redis-tickets.js';
export * from './ticket.js';
export * from './ticket-store.js';
