import {
  UpstreamAnswerReader,
  type HeaderField,
  type InterimAnswer,
  type UpstreamAnswer,
} from '#libs/handshake';
import { BodyReader, type BodySink } from '#libs/http1';
import { answerFraming, type AnswerFraming } from './answer-framing.js';

export interface AnswerReceiver extends BodySink {
  onInterim(answer: InterimAnswer): void;
  onHead(answer: UpstreamAnswer, framing: AnswerFraming & { ok: true }): void;
  /** `hasMore`: the upstream has sent bytes behind its answer. */
  onEnd(trailers: readonly HeaderField[], hasMore: boolean): void;
  /** The bytes are no answer. Nothing is read after it. */
  onMalformed(detail: string): void;
}

const maxHeadBytes = 65_536;
const maxInterimAnswers = 16;

/** Reads one answer with its body from the bytes of a connection. */
export class AnswerReader {
  readonly #head: UpstreamAnswerReader;
  #body: BodyReader | null = null;
  #isStopped = false;

  constructor(
    private readonly method: string,
    private readonly receiver: AnswerReceiver,
  ) {
    this.#head = new UpstreamAnswerReader({
      maxHeadBytes,
      maxInterimAnswers,
      onInterim: (answer) => receiver.onInterim(answer),
    });
  }

  read(bytes: Buffer): void {
    if (this.#isStopped) return;
    if (this.#body !== null) {
      this.#readBody(this.#body, bytes);
      return;
    }
    const progress = this.#head.push(bytes);
    if (progress.state === 'answer') this.take(progress.answer, progress.rest);
    else if (progress.state === 'malformed') this.#fail(progress.detail);
  }

  /** Takes a head that was read already, and the bytes that came after it. */
  take(answer: UpstreamAnswer, rest: Buffer): void {
    if (answer.statusCode === 101) {
      this.#fail('the upstream switched protocols');
      return;
    }
    const framing = answerFraming(answer, this.method);
    if (!framing.ok) {
      this.#fail(framing.detail);
      return;
    }
    const body = new BodyReader(framing.body);
    this.#body = body;
    this.receiver.onHead(answer, framing);
    this.#readBody(body, rest);
  }

  /** Call it when the connection has ended. Returns whether that ended the answer. */
  end(): boolean {
    if (this.#isStopped || this.#body?.mayEndByClose !== true) return false;
    this.#end(this.#body, false);
    return true;
  }

  /** Reports nothing any more. */
  stop(): void {
    this.#isStopped = true;
  }

  #readBody(body: BodyReader, bytes: Buffer): void {
    const end = body.read(bytes, 0, this.receiver);
    // The receiver may have stopped it.
    if (this.#isStopped) return;
    if (body.problem !== null) this.#fail(body.problem);
    else if (body.hasEnded) this.#end(body, end < bytes.length);
  }

  #end({ trailers }: BodyReader, hasMore: boolean): void {
    this.#isStopped = true;
    this.receiver.onEnd(trailers, hasMore);
  }

  #fail(detail: string): void {
    this.#isStopped = true;
    this.receiver.onMalformed(detail);
  }
}
