/**
 * Credentials: API keys and tickets, generating, parsing and hashing them, and the store of tickets between
 * the API, which issues them, and the gateway, which redeems them. What a key may do is decided in
 * check-key.ts. Read api-key.ts first.
 */
export * from './api-key.js';
export { checkKey, checkKeyUse, checkProvedKey } from './check-key.js';
export { createInProcessTickets } from './in-process-tickets.js';
export { createRedisTickets } from './redis-tickets.js';
export * from './ticket.js';
export * from './ticket-store.js';
