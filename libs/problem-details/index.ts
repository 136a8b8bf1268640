/**
 * Problem details: the registry of error codes and the problem documents of RFC 9457, for the API and for
 * refused handshakes. Read registry.ts first.
 */
export * from './json-text.js';
export * from './problem-document.js';
export * from './registry.js';
