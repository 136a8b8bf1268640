import { fieldName, hasToken, type UpstreamAnswer } from '#libs/handshake';
import type { BodyFraming } from '#libs/http1';

/** How the body of an answer ends, and what then becomes of the connection. */
export type AnswerFraming =
  | {
      ok: true;
      body: BodyFraming;
      /** Whether the answer has a length, which shows the client whether its body is whole. */
      hasLength: boolean;
      /** For how long the connection may then be idle, in milliseconds; 0: it must be closed. */
      idleMs: number;
    }
  | { ok: false; detail: string };

const length = /^[0-9]{1,15}$/;
const keepAliveTimeout = /(?:^|[\s,;])timeout=([0-9]+)/i;
// Less than the 5 s after which Node's servers close an idle connection, and all others later.
const maxIdleMs = 4000;
// How much earlier than an upstream has announced its connections are closed.
const marginMs = 1000;

/**
 * Reads how the body of an answer is framed (RFC 9112 §6.3). It accepts only what all clients read alike: one
 * length or the chunked coding, never both, and no other coding.
 */
export function answerFraming(answer: UpstreamAnswer, method: string): AnswerFraming {
  const lengths: string[] = [];
  const codings: string[] = [];
  const connection: string[] = [];
  let idleMs = maxIdleMs;
  for (const [name, value] of answer.headers) {
    const { lower } = fieldName(name);
    if (lower === 'content-length') lengths.push(value);
    else if (lower === 'transfer-encoding') codings.push(value);
    else if (lower === 'connection') connection.push(value);
    else if (lower === 'keep-alive') idleMs = Math.min(idleMs, announcedIdleMs(value));
  }
  const problem = problemOf(lengths, codings);
  if (problem !== null) return { ok: false, detail: problem };
  const hasLength = lengths.length > 0;
  const body = bodyOf(answer, method, { lengths, codings });
  // Between here and an HTTP/1.0 server may be a proxy that does not know `Connection`.
  const isLast = answer.httpVersion === '1.0' || body.kind === 'until_close' || hasToken(connection, 'close');
  return { ok: true, body, hasLength, idleMs: isLast ? 0 : idleMs };
}

function problemOf(lengths: readonly string[], codings: readonly string[]): string | null {
  if (codings.length > 0) {
    if (lengths.length > 0) return 'the answer has both a length and a transfer coding';
    const isChunked = codings.length === 1 && codings[0]?.toLowerCase() === 'chunked';
    return isChunked ? null : 'the transfer coding of the answer is not chunked';
  }
  const [text] = lengths;
  if (text === undefined) return null;
  return lengths.length === 1 && length.test(text) ? null : 'the answer has no valid Content-Length';
}

function bodyOf(
  { statusCode }: UpstreamAnswer,
  method: string,
  { lengths: [text], codings }: { lengths: readonly string[]; codings: readonly string[] },
): BodyFraming {
  if (method === 'HEAD' || statusCode === 204 || statusCode === 304) return { kind: 'none' };
  if (codings.length > 0) return { kind: 'chunked' };
  return text === undefined ? { kind: 'until_close' } : { kind: 'length', bytes: Number(text) };
}

function announcedIdleMs(keepAlive: string): number {
  const [, seconds] = keepAliveTimeout.exec(keepAlive) ?? [];
  return seconds === undefined ? maxIdleMs : Math.max(0, Number(seconds) * 1000 - marginMs);
}
