import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { jsonText, problemMediaType } from '#libs/problem-details';
import type { ProblemError } from '../http/problem-error.js';
import { securityHeaders } from '../http/security-headers.js';

/**
 * Answers an upgrade with a problem document, and closes the socket. Writes to the socket itself: a
 * `ServerResponse` throws while the answer to an earlier request on the same socket is pending.
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
