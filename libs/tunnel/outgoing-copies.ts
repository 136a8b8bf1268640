import type { Socket } from 'node:net';

// As much as comes with one read.
const spareBytes = 65_536;

// Not yet taken by any copy that a socket still holds.
let spare = Buffer.alloc(0);

/**
 * Writes a copy of bytes that are not to be kept; answers as `write` does. Most sockets pass what is written to the
 * system at once: the memory of the copy is free again then, and serves the next one while it is still in the processor's cache. A copy
 * that a socket holds on to is left to it.
 */
export function writeCopy(socket: Socket, bytes: Buffer): boolean {
  const { length } = bytes;
  if (spare.length < length) spare = Buffer.allocUnsafeSlow(Math.max(spareBytes, length));
  const copy = spare.subarray(0, length);
  copy.set(bytes);
  const isTakingMore = socket.write(copy);
  if (socket.writableLength > 0) spare = spare.subarray(length);
  return isTakingMore;
}
