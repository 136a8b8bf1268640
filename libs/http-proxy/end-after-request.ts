import type { AnswerStream, RequestStream } from './client-streams.js';

// How long a client may send a body that nobody wants any more.
const lingerMs = 2000;

/**
 * Ends an answer whose bytes are all written. If the body of the request is still arriving, it is
 * discarded until its end for a short time: closing a socket with unread bytes would send a RST,
 * which can destroy the answer before the client reads it. A stream of HTTP/2 has no such danger.
 */
export function endAfterRequest(request: RequestStream, response: AnswerStream): void {
  // A client that waits for a 100 sends no body after a final answer.
  const isSilent = request.headers.expect !== undefined && !request.readableDidRead;
  if (request.complete || isSilent || request.httpVersion === '2') {
    response.end();
    return;
  }
  const timer = setTimeout(() => response.end(), lingerMs);
  response.once('close', () => clearTimeout(timer));
  request.on('error', () => undefined);
  request.once('end', () => response.end()).resume();
}
