import type { IncomingMessage, ServerResponse } from 'node:http';
import { TLSSocket } from 'node:tls';

/**
 * Closes the connection of an answer that is not whole. A FIN would complete an answer without a
 * length, so the socket is reset. With TLS, the missing close_notify shows the same.
 */
export function cutAnswer({
  request: { socket },
  response,
}: {
  request: IncomingMessage;
  response: ServerResponse;
}): void {
  if (!(socket instanceof TLSSocket)) socket.resetAndDestroy();
  response.destroy();
}
