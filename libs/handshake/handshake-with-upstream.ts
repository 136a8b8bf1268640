import { Duplex } from 'node:stream';
import type { AbortNotice } from '#libs/async';
import { StreamSource, type AnswerReceiver, type AnswerSource } from './answer-source.js';
import { UpstreamAnswerReader, type UpstreamAnswer } from './upstream-answer.js';
import { verifySwitchingProtocols, type SwitchingOffer } from './verify-switching-protocols.js';

export interface UpstreamHandshakeOptions {
  /**
   * A connected half-open socket to the upstream. Nothing has been read from it yet. A stream may lend the
   * bytes of its `data` events.
   */
  socket: Duplex | AnswerSource;
  /** The head of the request, from `composeUpstreamRequest`; null if it was sent already. */
  head: string | null;
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
 * Writes the request and reads the answer. If there is an answer, the socket is left open, without a listener
 * or receiver of this function; a stream is paused. It may have ended already (`readableEnded`). If there is
 * no answer, the socket is destroyed.
 */
export function handshakeWithUpstream(options: UpstreamHandshakeOptions): Promise<UpstreamHandshake> {
  const { socket, offer, signal } = options;
  return new Promise((resolve) => {
    const source = socket instanceof Duplex ? new StreamSource(socket) : socket;
    const onOutcome = (outcome: ReadAnswer): void => {
      const handshake = judge(outcome, offer);
      if (!('answer' in handshake)) source.destroy();
      resolve(handshake);
    };
    if (signal?.aborted === true) onOutcome(aborted);
    else new AnswerReading(source, options, onOutcome).start();
  });
}

type ReadAnswer =
  { answer: UpstreamAnswer; rest: Buffer } | Exclude<UpstreamHandshake, { answer: UpstreamAnswer }>;

function judge(outcome: ReadAnswer, offer: SwitchingOffer): UpstreamHandshake {
  if (!('answer' in outcome)) return outcome;
  const { answer, rest } = outcome;
  if (answer.statusCode !== 101) return { ok: false, code: 'not_switched', answer, rest };
  const verdict = verifySwitchingProtocols(answer, offer);
  return verdict.ok ? { ok: true, answer, rest } : verdict;
}

/** Reads the answer of an upstream, and reports it once. */
class AnswerReading implements AnswerReceiver {
  readonly #reader: UpstreamAnswerReader;
  readonly #onAbort = (): void => this.#settle(aborted);
  #isAnswered = false;
  #isSettled = false;

  constructor(
    private readonly source: AnswerSource,
    private readonly options: UpstreamHandshakeOptions,
    private readonly onOutcome: (outcome: ReadAnswer) => void,
  ) {
    const { maxHeadBytes } = options;
    this.#reader = new UpstreamAnswerReader(maxHeadBytes === undefined ? {} : { maxHeadBytes });
  }

  start(): void {
    const { source } = this;
    const { signal, handshakeMs, head } = this.options;
    signal?.addEventListener('abort', this.#onAbort);
    source.startTimer(handshakeMs);
    if (head !== null) source.write(head);
    source.receive(this);
    if (!this.#isSettled) source.resume();
  }

  /** The reader owns the bytes. */
  onData(bytes: Buffer): void {
    this.#isAnswered = true;
    const progress = this.#reader.push(bytes);
    if (progress.state === 'malformed') this.#settle(malformed(progress.detail));
    else if (progress.state === 'answer') this.#settle({ answer: progress.answer, rest: progress.rest });
  }

  onFin(): void {
    this.#fail('the upstream ended the connection before its answer was whole');
  }

  onClosed(error: Error | null): void {
    if (error) this.#fail(`the upstream connection failed: ${error.message}`);
    else this.#fail('the upstream connection closed before an answer');
  }

  onTimeout(): void {
    const detail = `no answer within ${this.options.handshakeMs} ms`;
    this.#settle({ ok: false, code: 'upstream_timeout', detail });
  }

  #fail(detail: string): void {
    this.#settle(this.#isAnswered ? malformed(detail) : { ok: false, code: 'unanswered', detail });
  }

  #settle(outcome: ReadAnswer): void {
    this.#isSettled = true;
    this.options.signal?.removeEventListener('abort', this.#onAbort);
    this.source.hold();
    this.onOutcome(outcome);
  }
}

const aborted = { ok: false, code: 'aborted', detail: 'the handshake was aborted' } as const;

function malformed(detail: string): { ok: false; code: 'upstream_bad_handshake'; detail: string } {
  return { ok: false, code: 'upstream_bad_handshake', detail };
}
