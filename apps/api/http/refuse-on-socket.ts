import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { requestIdHeader } from '#libs/contract';
import { jsonText, problemMediaType } from '#libs/problem-details';
import type { ProblemError } from './problem-error.js';
import { securityHeaders } from './security-headers.js';

/**
 * Answers with a problem document, and closes the socket. Writes to the socket itself: an upgrade has no
 * `ServerResponse`, and one would throw while the answer to an earlier request on the same socket is pending.
 */
export function refuseOnSocket(socket: Duplex, { document, headers }: ProblemError, requestId: string): void {
  const body = jsonText({ ...document, requestId });
  const fields = {
    ...securityHeaders,
    ...headers,
    [requestIdHeader]: requestId,
    'Content-Type': problemMediaType,
    'Content-Length': Buffer.byteLength(body),
    Connection: 'close',
  };
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}`);
  const statusLine = `HTTP/1.1 ${document.status} ${STATUS_CODES[document.status] ?? ''}`;
  socket.once('finish', () => socket.destroy());
  socket.end([statusLine, ...lines, '', body].join('\r\n'));
}
