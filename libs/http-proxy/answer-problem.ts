import { STATUS_CODES } from 'node:http';
import { composeProblem, type ChangeAnswerHeaders, type RefusalExtras } from '#libs/handshake';
import type { RefusalCode } from '#libs/problem-details';
import type { AnswerStream, RequestStream } from './client-streams.js';
import { endAfterRequest } from './end-after-request.js';

export interface ProblemOptions extends RefusalExtras {
  shouldClose: boolean;
  /** Changes the fields of the answer. */
  change: ChangeAnswerHeaders | null;
}

/**
 * Answers an ordinary request with a problem document. The connection stays open for further
 * requests, unless the body of this one has not arrived, or `shouldClose`.
 */
export function answerProblem(
  { request, response }: { request: RequestStream; response: AnswerStream },
  code: RefusalCode,
  { shouldClose, change, ...extras }: ProblemOptions,
): void {
  if (response.headersSent || response.destroyed) return;
  const { status, fields: composed, body } = composeProblem(code, extras);
  const fields = change === null ? composed : change(composed);
  response.writeHead(status, STATUS_CODES[status] ?? '', fields, shouldClose);
  if (request.method === 'HEAD') response.flushHeaders();
  else response.write(body);
  endAfterRequest(request, response);
}
