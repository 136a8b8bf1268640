import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { AnswerStream } from './client-streams.js';

/**
 * Closes the connection of an answer that is not whole, or its stream. A FIN would complete an answer
 * without a length, so the socket is reset. With TLS, the missing close_notify shows the same.
 */
export function cutAnswer({ socket, response }: { socket: Socket; response: AnswerStream }): void {
  if (!(socket instanceof TLSSocket)) socket.resetAndDestroy();
  response.destroy();
}
