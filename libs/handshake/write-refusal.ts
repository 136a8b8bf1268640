import type { Duplex } from 'node:stream';
import { endAndLinger } from './end-and-linger.js';

/**
 * Answers on the raw socket of a client instead of an upgrade, and closes it so that the client gets to read the
 * answer. `refusal` is a whole response, of `composeRefusal`. Resolves once the socket is gone; never rejects.
 */
export function writeRefusal(
  socket: Duplex,
  refusal: Buffer,
  options: { lingerMs?: number } = {},
): Promise<void> {
  return endAndLinger(socket, { lastBytes: refusal, ...options });
}
