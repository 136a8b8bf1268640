import type { Duplex } from 'node:stream';
import type { AbortNotice } from '#libs/async';
import { UpstreamAnswerReader, type UpstreamAnswer } from './upstream-answer.js';
import { verifySwitchingProtocols, type SwitchingOffer } from './verify-switching-protocols.js';

export interface UpstreamHandshakeOptions {
  /**
   * A connected half-open socket to the upstream. Nothing has been read from it yet. It may lend the bytes of
   * its `data` events.
   */
  socket: Duplex;
  /** The head of the request, from `composeUpstreamRequest`. */
  head: string;
  /** The values that the head offers. The answer is checked against them. */
  offer: SwitchingOffer;
  /** The timeout until the whole head of the final answer has arrived. */
  handshakeMs: number;
  maxHeadBytes?: number;
  /** Aborts the handshake at once with `aborted`, because the client is gone. */
  signal?: AbortNotice;
}

/**
 * `not_switched` is an ordinary answer, which must be forwarded. `rest` contains the bytes after the head,
 * for either kind of answer. `unanswered`: the upstream closed the connection before the first byte of an
 * answer. The request is a GET, so it may be sent to another upstream (RFC 9110 §9.2.2). `detail` is for the
 * log, not for the client.
 */
export type UpstreamHandshake =
  | { ok: true; answer: UpstreamAnswer; rest: Buffer }
  | { ok: false; code: 'not_switched'; answer: UpstreamAnswer; rest: Buffer }
  | { ok: false; code: 'unanswered'; detail: string }
  | { ok: false; code: 'upstream_bad_handshake' | 'upstream_timeout' | 'aborted'; detail: string };

/**
 * Writes the request and reads the answer. If there is an answer, the socket is left open and paused, without
 * any listener of this function. It may have ended already (`readableEnded`). If there is no answer, the
 * socket is destroyed.
 */
export async function handshakeWithUpstream(options: UpstreamHandshakeOptions): Promise<UpstreamHandshake> {
  const { socket, offer } = options;
  const outcome = await readAnswer(options);
  if (!('answer' in outcome)) {
    socket.destroy();
    return outcome;
  }
  const { answer, rest } = outcome;
  if (answer.statusCode !== 101) return { ok: false, code: 'not_switched', answer, rest };
  const verdict = verifySwitchingProtocols(answer, offer);
  if (verdict.ok) return { ok: true, answer, rest };
  socket.destroy();
  return verdict;
}

type ReadAnswer =
  { answer: UpstreamAnswer; rest: Buffer } | Exclude<UpstreamHandshake, { answer: UpstreamAnswer }>;

function readAnswer({
  socket,
  head,
  handshakeMs,
  maxHeadBytes,
  signal,
}: UpstreamHandshakeOptions): Promise<ReadAnswer> {
  const reader = new UpstreamAnswerReader(maxHeadBytes === undefined ? {} : { maxHeadBytes });
  return new Promise((resolve) => {
    const settle = (outcome: ReadAnswer): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      socket.off('data', onData).off('end', onEnd).off('close', onClose).off('error', onError);
      socket.pause();
      resolve(outcome);
    };
    let isAnswered = false;
    const fail = (detail: string): void =>
      settle(isAnswered ? malformed(detail) : { ok: false, code: 'unanswered', detail });
    const onData = (chunk: Buffer): void => {
      isAnswered = true;
      // The reader keeps the bytes that it is given.
      const progress = reader.push(Buffer.from(chunk));
      if (progress.state === 'malformed') settle(malformed(progress.detail));
      else if (progress.state === 'answer') settle({ answer: progress.answer, rest: progress.rest });
    };
    const onEnd = (): void => fail('the upstream ended the connection before its answer was whole');
    const onClose = (): void => fail('the upstream connection closed before an answer');
    const onError = (error: Error): void => fail(`the upstream connection failed: ${error.message}`);
    const onAbort = (): void => settle({ ok: false, code: 'aborted', detail: 'the handshake was given up' });
    const timer = setTimeout(() => {
      settle({ ok: false, code: 'upstream_timeout', detail: `no answer within ${handshakeMs} ms` });
    }, handshakeMs);

    signal?.addEventListener('abort', onAbort);
    socket.on('data', onData).on('end', onEnd).on('close', onClose).on('error', onError);
    if (signal?.aborted === true) onAbort();
    else if (socket.destroyed) onClose();
    else if (socket.readableEnded) onEnd();
    else socket.resume().write(head, 'latin1');
  });
}

function malformed(detail: string): { ok: false; code: 'upstream_bad_handshake'; detail: string } {
  return { ok: false, code: 'upstream_bad_handshake', detail };
}
