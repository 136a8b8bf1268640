/**
 * HTTP/1.1 framing: finds the end of a body and decodes it, and writes chunks (RFC 9112 §6, §7). It knows no
 * heads: `libs/handshake` parses and composes them. Read body-reader.ts first.
 */
export { BodyReader, type BodyFraming } from './body-reader.js';
export type { BodySink } from './body-sink.js';
export { lastChunk, writeChunk } from './chunk-writer.js';
