export * from './api-key.js';
export * from './ticket.js';
