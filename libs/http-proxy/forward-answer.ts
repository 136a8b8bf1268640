import type { Duplex } from 'node:stream';
import {
  AnsweringStream,
  composeHead,
  endAndLinger,
  refuseClient,
  type ChangeAnswerHeaders,
  type UpstreamAnswer,
} from '#libs/handshake';
import { lastChunk, writeChunk } from '#libs/http1';
import { answerFields } from './answer-fields.js';
import { AnswerReader, type AnswerReceiver } from './answer-reader.js';
import type { AnswerFraming } from './answer-framing.js';

export interface ForwardAnswerOptions {
  /** The client's raw socket, or its stream. Nothing has been written to it yet. */
  client: Duplex;
  /** It is paused, and may have ended. It may lend the bytes of its `data` events. */
  upstream: Duplex;
  /** The upstream's answer, which is not a 101, and the bytes that came after its head. */
  answer: UpstreamAnswer;
  rest: Buffer;
  changeHeaders?: ChangeAnswerHeaders | null;
  /** The timeout for the whole body. */
  timeoutMs: number;
  lingerMs?: number;
}

/**
 * `bodyBytes` is the number of body bytes that were written to the client's socket. `upstream_bad_handshake`:
 * the framing of the answer is not valid, so the client got a 502. `cut_short`: the body is incomplete.
 */
export type ForwardedAnswer =
  | { ok: true; bodyBytes: number }
  | { ok: false; code: 'upstream_bad_handshake' | 'cut_short'; bodyBytes: number };

/**
 * Forwards the answer of an upstream that did not switch protocols to the client as an ordinary HTTP
 * response, and closes both sockets. It forwards the status, the end-to-end fields, and the body under
 * backpressure. The body has its length if the upstream gave one, and is chunked otherwise, so that a
 * truncated body never looks complete (RFC 9112 §8). Trailers are dropped. The client's bytes are discarded.
 * Resolves when both sockets are closed; never rejects.
 */
export async function forwardAnswer(options: ForwardAnswerOptions): Promise<ForwardedAnswer> {
  const { client, upstream, lingerMs } = options;
  const linger = lingerMs === undefined ? {} : { lingerMs };
  client.on('error', ignoreError);
  upstream.on('error', ignoreError);
  const forwarding = new Forwarding(options);
  const end = await forwarding.run();
  upstream.destroy();
  if (end === 'cut_short') client.destroy();
  await (end === 'upstream_bad_handshake'
    ? refuseClient(client, end, {}, linger)
    : endAndLinger(client, linger));
  client.off('error', ignoreError);
  upstream.off('error', ignoreError);
  const { bodyBytes } = forwarding;
  return end === 'whole' ? { ok: true, bodyBytes } : { ok: false, code: end, bodyBytes };
}

function ignoreError(): void {
  // A socket that fails also closes.
}

type End = 'whole' | 'upstream_bad_handshake' | 'cut_short';

/** Reads the answer from the upstream, and writes it to the client. */
class Forwarding implements AnswerReceiver {
  bodyBytes = 0;
  readonly #reader = new AnswerReader('GET', this);
  #resolve: ((end: End) => void) | null = null;
  #timer: NodeJS.Timeout | undefined;
  #hasHead = false;
  #isChunked = false;
  #isWhole = false;

  constructor(private readonly options: ForwardAnswerOptions) {}

  run(): Promise<End> {
    const { client, upstream, answer, rest, timeoutMs } = this.options;
    return new Promise((resolve) => {
      this.#resolve = resolve;
      this.#timer = setTimeout(this.#onLost, timeoutMs);
      client.on('drain', this.#onDrain).on('close', this.#onLost).on('finish', this.#onFinish);
      client.resume();
      upstream.on('end', this.#onFin).on('close', this.#onClose);
      this.#reader.take(answer, rest);
      if (client.destroyed) this.#onLost();
      else if (upstream.readableEnded) this.#onFin();
      else if (upstream.destroyed) this.#onClose();
      else if (this.#hasHead && !this.#isWhole) this.#receive();
    });
  }

  onInterim(): void {
    // The handshake has skipped them.
  }

  onHead(answer: UpstreamAnswer, { body, hasLength }: AnswerFraming & { ok: true }): void {
    const { client, changeHeaders = null } = this.options;
    const { statusCode, reasonPhrase } = answer;
    const fields = answerFields(answer, changeHeaders);
    this.#hasHead = true;
    if (client instanceof AnsweringStream) {
      client.respond(statusCode, fields);
      return;
    }
    this.#isChunked = body.kind !== 'none' && !hasLength;
    if (this.#isChunked) fields.push(['Transfer-Encoding', 'chunked']);
    fields.push(['Connection', 'close']);
    client.write(composeHead(`HTTP/1.1 ${statusCode} ${reasonPhrase}`, fields), 'latin1');
  }

  onBody(bytes: Buffer): void {
    const { client, upstream } = this.options;
    if (client.destroyed) return;
    this.bodyBytes += bytes.length;
    const mayContinue = this.#isChunked ? writeChunk(client, bytes) : client.write(bytes);
    if (!mayContinue) upstream.pause();
  }

  onEnd(): void {
    const { client, upstream } = this.options;
    this.#isWhole = true;
    upstream.destroy();
    if (this.#isChunked) client.end(lastChunk([]), 'latin1');
    else client.end();
  }

  onMalformed(): void {
    if (this.#hasHead) this.#cut();
    else this.#settle('upstream_bad_handshake');
  }

  #receive(): void {
    const { client, upstream } = this.options;
    upstream.on('data', this.#onData);
    // A new listener may have made it flow.
    if (client.writableNeedDrain) upstream.pause();
    else upstream.resume();
  }

  // The chunks are moved together in the buffer, which the upstream may have lent.
  readonly #onData = (bytes: Buffer): void => this.#reader.read(Buffer.from(bytes));

  readonly #onFin = (): void => {
    if (!this.#isWhole && !this.#reader.end()) this.#cut();
  };

  readonly #onClose = (): void => {
    if (!this.#isWhole) this.#cut();
  };

  readonly #onDrain = (): void => {
    this.options.upstream.resume();
  };

  readonly #onFinish = (): void => this.#settle('whole');

  readonly #onLost = (): void => this.#settle('cut_short');

  /** Cuts the answer off once the bytes that were written in this turn have left. */
  #cut(): void {
    this.#reader.stop();
    setImmediate(this.#onLost);
  }

  #settle(end: End): void {
    const resolve = this.#resolve;
    if (resolve === null) return;
    this.#resolve = null;
    this.#reader.stop();
    clearTimeout(this.#timer);
    const { client, upstream } = this.options;
    client.off('drain', this.#onDrain).off('close', this.#onLost).off('finish', this.#onFinish);
    upstream.off('data', this.#onData).off('end', this.#onFin).off('close', this.#onClose);
    resolve(end);
  }
}
