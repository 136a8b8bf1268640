/**
 * HTTP/2: a client's stream as a socket, and its head as that of a request of HTTP/1.1. The listeners own the
 * sessions; everything behind them sees only these two. Read stream-head.ts first.
 */
export { readStreamHead } from './stream-head.js';
export { StreamSocket } from './stream-socket.js';
