import type { IncomingMessage, ServerResponse } from 'node:http';

// How long a client may send a body that nobody wants any more.
const lingerMs = 2000;

/**
 * Ends an answer whose bytes are all written. If the body of the request is still arriving, it is
 * discarded until its end for a short time: closing a socket with unread bytes would send a RST,
 * which can destroy the answer before the client reads it.
 */
export function endAfterRequest(request: IncomingMessage, response: ServerResponse): void {
  // A client that waits for a 100 sends no body after a final answer.
  const isSilent = request.headers.expect !== undefined && !request.readableDidRead;
  if (request.complete || isSilent) {
    response.end();
    return;
  }
  const timer = setTimeout(() => response.end(), lingerMs);
  response.once('close', () => clearTimeout(timer));
  request.on('error', () => undefined);
  request.unpipe();
  request.once('end', () => response.end()).resume();
}
