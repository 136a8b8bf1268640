import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { requestIdFrom } from '#libs/contract';
import { ProblemError } from './http/problem-error.js';
import { refuseOnSocket } from './http/refuse-on-socket.js';

/**
 * Answers what Node refuses before a request reaches Express with problem documents too; Node would send
 * a status alone.
 */
export function refuseMalformedRequests(server: Server): void {
  const responses = new WeakMap<Duplex, ServerResponse>();
  server.prependListener('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
    responses.set(socket, response);
  });
  server.on('clientError', (error: Error, socket: Duplex) => {
    socket.on('error', () => undefined);
    const response = responses.get(socket);
    const isAnswering = response?.headersSent === true && !response.writableFinished;
    // Bytes in the middle of another answer would look like a part of it.
    if (!socket.writable || isAnswering) socket.destroy();
    else refuseOnSocket(socket, problemOfParser(error), requestIdFrom(null));
  });
  // An expectation other than 100-continue may be ignored (RFC 9110 §10.1.1).
  server.on('checkExpectation', (request: IncomingMessage, response: ServerResponse) => {
    server.emit('request', request, response);
  });
}

function problemOfParser(error: Error): ProblemError {
  switch ('code' in error ? error.code : null) {
    case 'HPE_HEADER_OVERFLOW':
      return new ProblemError('headers_too_large');
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return new ProblemError('body_too_large');
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new ProblemError('body_timeout', { detail: 'The request was not received in time.' });
    default:
      return new ProblemError('invalid_request', { detail: 'This is not a request of HTTP/1.1.' });
  }
}
