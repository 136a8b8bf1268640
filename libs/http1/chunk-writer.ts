import type { Writable } from 'node:stream';
import { composeFieldLines, type HeaderField } from '#libs/handshake';

// Copying a short chunk costs less than a write of three buffers.
const maxCopiedBytes = 8192;
const lineEnd = '\r\n';

/**
 * Writes bytes as one chunk (RFC 9112 §7.1). Returns what the last write returned. No bytes make no chunk,
 * since that would be the last one.
 */
export function writeChunk(stream: Writable, bytes: Buffer): boolean {
  if (bytes.length === 0) return !stream.writableNeedDrain;
  const size = bytes.length.toString(16) + lineEnd;
  if (bytes.length > maxCopiedBytes) {
    stream.cork();
    stream.write(size, 'latin1');
    stream.write(bytes);
    const mayContinue = stream.write(lineEnd, 'latin1');
    stream.uncork();
    return mayContinue;
  }
  const chunk = Buffer.allocUnsafe(size.length + bytes.length + lineEnd.length);
  chunk.write(size, 0, 'latin1');
  chunk.set(bytes, size.length);
  chunk.write(lineEnd, size.length + bytes.length, 'latin1');
  return stream.write(chunk);
}

/** The end of a chunked body with its trailers, to be written as `latin1`. */
export function lastChunk(trailers: readonly HeaderField[]): string {
  return `0${lineEnd}${composeFieldLines(trailers)}${lineEnd}`;
}
