/**
 * HTTP/2: a client's stream as a socket, or as a request with its answer, and its head as that of a request
 * of HTTP/1.1. The listeners own the sessions; everything behind them sees only these. Read stream-head.ts
 * first.
 */
export { endFlood } from './end-flood.js';
export { readStreamHead } from './stream-head.js';
export { SessionWindows } from './session-windows.js';
export { StreamAnswer } from './stream-answer.js';
export { StreamRequest } from './stream-request.js';
export { StreamSocket } from './stream-socket.js';
