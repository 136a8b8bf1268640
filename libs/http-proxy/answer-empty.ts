import type { IncomingMessage, ServerResponse } from 'node:http';
import type { HeaderField } from '#libs/handshake';
import { endAfterRequest } from './end-after-request.js';

/** Answers an ordinary request with 204 and these fields. */
export function answerEmpty(
  { request, response }: { request: IncomingMessage; response: ServerResponse },
  fields: readonly HeaderField[],
  shouldClose: boolean,
): void {
  const close = shouldClose || !request.complete ? ['Connection', 'close'] : [];
  response.writeHead(204, [...fields.flat(), ...close]).flushHeaders();
  endAfterRequest(request, response);
}
