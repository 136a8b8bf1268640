import type { Duplex } from 'node:stream';

/** How long a client may take to read the last bytes and to close the connection, in milliseconds. */
const defaultLingerMs = 2000;

export interface EndAndLingerOptions {
  lastBytes?: Buffer;
  lingerMs?: number;
}

/**
 * Writes the last bytes, ends the socket, and discards the bytes that the client still sends until it closes.
 * Closing a socket with unread bytes would send a RST, which can destroy the answer before the client reads
 * it. Resolves when the socket is closed, after `lingerMs` at the latest. It never rejects, and leaves no
 * listener and no timer behind.
 */
export function endAndLinger(
  socket: Duplex,
  { lastBytes, lingerMs = defaultLingerMs }: EndAndLingerOptions = {},
): Promise<void> {
  if (socket.closed) return Promise.resolve();
  return new Promise((resolve) => {
    const timer = setTimeout(() => socket.destroy(), lingerMs);
    const ignoreError = (): void => undefined;
    socket.on('error', ignoreError);
    socket.once('close', () => {
      clearTimeout(timer);
      socket.off('error', ignoreError);
      resolve();
    });
    if (socket.destroyed) return;
    socket.resume();
    if (lastBytes !== undefined && !socket.writableEnded) socket.write(lastBytes);
    socket.end();
  });
}
