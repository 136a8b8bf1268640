import type { RelaySocket } from './relay-socket.js';

// The number of bytes of one read.
const spareBytes = 65_536;

// Memory that is not used by any copy that a socket still holds.
let spare = Buffer.alloc(0);

/**
 * Writes a copy of bytes that the socket must not keep, and returns the result of `write`. Most sockets pass
 * the bytes to the system at once. The memory of the copy is then free again, and the next copy uses it while
 * it is still in the processor's cache. A copy that a socket still holds is left to the socket.
 */
export function writeCopy(socket: RelaySocket, bytes: Buffer): boolean {
  const { length } = bytes;
  if (spare.length < length) spare = Buffer.allocUnsafeSlow(Math.max(spareBytes, length));
  const copy = spare.subarray(0, length);
  copy.set(bytes);
  const isTakingMore = socket.write(copy);
  if (socket.writableLength > 0) spare = spare.subarray(length);
  return isTakingMore;
}
