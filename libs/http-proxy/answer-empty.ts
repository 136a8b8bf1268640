import type { HeaderField } from '#libs/handshake';
import type { AnswerStream, RequestStream } from './client-streams.js';
import { endAfterRequest } from './end-after-request.js';

/** Answers an ordinary request with 204 and these fields. */
export function answerEmpty(
  { request, response }: { request: RequestStream; response: AnswerStream },
  fields: readonly HeaderField[],
  shouldClose: boolean,
): void {
  response.writeHead(204, 'No Content', fields, shouldClose);
  response.flushHeaders();
  endAfterRequest(request, response);
}
