import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';

/**
 * Sends a FIN, or closes the socket if its peer has sent a close frame. Such a peer sends nothing more, so
 * its remaining input need not be read. If the system has accepted all written bytes, closing the socket also
 * sends the FIN, in one step instead of three. TLS is excluded, because it must first send its own closing
 * record.
 */
export function destroyOrEnd(socket: Socket, { hasSentClose }: { hasSentClose: boolean }): void {
  const isFlushed = socket.writableLength === 0 && !(socket instanceof TLSSocket);
  if (hasSentClose && isFlushed) socket.destroy();
  else endOnce(socket);
}

/**
 * Ends the socket unless it was ended before. A second `end()` creates an error with a stack and discards it,
 * which costs 0.19 ms for each closed connection.
 */
export function endOnce(socket: Socket): void {
  if (!socket.writableEnded) socket.end();
}
