import type { Duplex } from 'node:stream';
import { endAndLinger } from './end-and-linger.js';

/**
 * Writes an answer to the raw socket of a client instead of an upgrade, and closes the socket so that the
 * client can read the answer. `refusal` is a complete response from `composeRefusal`. Resolves when the
 * socket is closed; never rejects.
 */
export function writeRefusal(
  socket: Duplex,
  refusal: Buffer,
  options: { lingerMs?: number } = {},
): Promise<void> {
  return endAndLinger(socket, { lastBytes: refusal, ...options });
}
