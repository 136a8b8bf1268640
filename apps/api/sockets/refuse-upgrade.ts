import { ServerResponse, type IncomingMessage } from 'node:http';
import { problemMediaType } from '#libs/problem-details';
import type { ProblemError } from '../http/problem-error.js';

/** Answers an upgrade with a problem in place of a WebSocket, and closes its socket. */
export function refuseUpgrade(request: IncomingMessage, { document, headers }: ProblemError): void {
  const { socket } = request;
  const response = new ServerResponse(request);
  response.shouldKeepAlive = false;
  response.assignSocket(socket);
  response.once('finish', () => socket.destroySoon());
  const body = JSON.stringify(document);
  const fields = { ...headers, 'Content-Type': problemMediaType, 'Content-Length': Buffer.byteLength(body) };
  response.writeHead(document.status, fields).end(body);
}
