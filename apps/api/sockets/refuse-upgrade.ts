import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { jsonText, problemMediaType } from '#libs/problem-details';
import { securityHeaders } from '../http/security-headers.js';
import type { ProblemError } from '../http/problem-error.js';

/**
 * Answers an upgrade with a problem in place of a WebSocket, and closes its socket. It writes on the socket itself: a
 * `ServerResponse` throws where the answer to an earlier request on the same socket is still to come.
 */
export function refuseUpgrade(socket: Duplex, { document, headers }: ProblemError): void {
  const body = jsonText(document);
  const fields = {
    ...securityHeaders,
    ...headers,
    'Content-Type': problemMediaType,
    'Content-Length': Buffer.byteLength(body),
    Connection: 'close',
  };
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}`);
  const statusLine = `HTTP/1.1 ${document.status} ${STATUS_CODES[document.status] ?? ''}`;
  socket.once('finish', () => socket.destroy());
  socket.end([statusLine, ...lines, '', body].join('\r\n'));
}
