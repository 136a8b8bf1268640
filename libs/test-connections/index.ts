/**
 * Test connections: relays messages between the console and a gateway, which is dialed under the address
 * policy. The API admits and guards them. Read test-relay.ts first.
 */
export { clientMessageSchema, type ClientMessage } from './client-message.js';
export { createGatewayDialer, maxMessageBytes, type DialGateway } from './gateway-dialer.js';
export { TestRelay } from './test-relay.js';
