import type { AbortNotice } from '#libs/async';
import {
  answerHeaders,
  type ChangeAnswerHeaders,
  type HeaderField,
  type InterimAnswer,
  type RequestBody,
  type UpstreamAnswer,
} from '#libs/handshake';
import { answerFields } from './answer-fields.js';
import type { AnswerFraming } from './answer-framing.js';
import { AnswerReader, type AnswerReceiver } from './answer-reader.js';
import type { AnswerStream, RequestStream } from './client-streams.js';
import { endAfterRequest } from './end-after-request.js';
import type { ExchangeEnd, ExchangeFailure } from './exchange-end.js';
import { RequestSender, type SenderOwner } from './request-sender.js';
import { allowedTrailers } from './trailers.js';
import type { ConnectionReceiver, UpstreamConnection } from './upstream-connection.js';

export interface HttpExchangeInput {
  connection: UpstreamConnection;
  request: RequestStream;
  response: AnswerStream;
  method: string;
  /** The head for the upstream, to be written as `latin1`. */
  head: string;
  /** How the body of the request is framed. */
  body: RequestBody;
  bounds: {
    maxRequestBytes: number | null;
    /** The time without progress of the body until the upstream begins to answer. */
    responseMs: number;
    /** The time without data of the answer; null: no limit. */
    idleMs: number | null;
  };
  /** Changes the end-to-end fields of the final answer. */
  changeAnswer: ChangeAnswerHeaders | null;
  /** Whether a trailer of this name may go upstream, or to the client. */
  mayTrail: (name: string) => boolean;
  /** Whether the client's connection has to close after the answer. */
  shouldClose: () => boolean;
  /** Aborted when the client is gone, or its request may not go on. */
  ending: AbortNotice;
  /** Called with the status of the final answer, before it is forwarded. */
  onAnswer: (status: number) => void;
  /** Called once, before the exchange resolves. */
  onEnd: (end: ExchangeEnd) => void;
}

// Methods that may be repeated (RFC 9110 §9.2.2).
const idempotent: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE']);

/**
 * Sends one request to an upstream and forwards its answer. Both bodies are streamed under
 * backpressure. An answer that is cut off is cut off for the client too, so that it never looks
 * complete.
 */
export class HttpExchange implements ConnectionReceiver, AnswerReceiver, SenderOwner {
  readonly #sender: RequestSender;
  readonly #reader: AnswerReader;
  #resolve: ((end: ExchangeEnd) => void) | null = null;
  #timer: NodeJS.Timeout | undefined;
  #hasReceived = false;
  #responseBytes = 0;
  /** Of the final answer, as soon as its head has arrived. */
  #status: number | null = null;
  #framing: (AnswerFraming & { ok: true }) | null = null;
  #isWhole = false;
  /** For how long the connection is kept after the whole answer. */
  #idleMs = 0;
  #hasLeft = false;
  #isListening = false;

  constructor(private readonly input: HttpExchangeInput) {
    const { connection, method, head, body, request, bounds, mayTrail } = input;
    const { maxRequestBytes } = bounds;
    const { socket } = connection;
    this.#sender = new RequestSender({ socket, head, body, request, maxRequestBytes, mayTrail }, this);
    this.#reader = new AnswerReader(method, this);
  }

  /** The bytes of both bodies so far. */
  get bytes(): { request: number; response: number } {
    return { request: this.#sender.bytes, response: this.#responseBytes };
  }

  /** Never rejects. */
  run(): Promise<ExchangeEnd> {
    return new Promise((resolve) => {
      this.#resolve = resolve;
      const { ending, bounds, connection } = this.input;
      ending.addEventListener('abort', this.#onAborted);
      if (ending.aborted) {
        this.#onAborted();
        return;
      }
      if (!connection.isUsable) {
        this.#onLost('the upstream closed the connection');
        return;
      }
      this.#timer = setTimeout(this.#onTimeout, bounds.responseMs);
      connection.use(this);
      this.#sender.start();
    });
  }

  onBytes(bytes: Buffer): void {
    this.#hasReceived = true;
    const hadHead = this.#status !== null;
    if (hadHead) this.#timer?.refresh();
    this.#reader.read(bytes);
    // Clients of server-sent events wait for the head, which may come long before the first event.
    if (!hadHead && this.#status !== null && !this.#isWhole && this.#responseBytes === 0) this.#flushHead();
  }

  onFin(): void {
    if (!this.#reader.end()) this.#onLost('the upstream ended the connection before its answer was whole');
  }

  onClosed(error: Error | null): void {
    this.#onLost(error === null ? 'the upstream closed the connection' : error.message);
  }

  onDrain(): void {
    this.#sender.resume();
  }

  onProgress(): void {
    if (this.#status === null) this.#timer?.refresh();
  }

  onTooLong(maxRequestBytes: number): void {
    this.#fail('body_too_large', bodyTooLong(maxRequestBytes));
  }

  onSent(): void {
    if (this.#isWhole) this.#release();
  }

  onInterim({ statusCode, reasonPhrase, headers }: InterimAnswer): void {
    const { response, request } = this.input;
    if (response.headersSent || request.httpVersion === '1.0') return;
    if (statusCode !== 100) response.writeInterim(statusCode, reasonPhrase, answerHeaders(headers, null));
    else if (request.headers.expect !== undefined) response.writeContinue();
  }

  onHead(answer: UpstreamAnswer, framing: AnswerFraming & { ok: true }): void {
    const { bounds, onAnswer } = this.input;
    this.#status = answer.statusCode;
    this.#framing = framing;
    clearTimeout(this.#timer);
    this.#timer = bounds.idleMs === null ? undefined : setTimeout(this.#onTimeout, bounds.idleMs);
    onAnswer(answer.statusCode);
    this.#writeHead(answer);
  }

  onBody(bytes: Buffer): void {
    const { response, connection } = this.input;
    this.#responseBytes += bytes.length;
    // A client that is gone is reported by `ending`.
    if (response.destroyed || response.write(bytes)) return;
    connection.socket.pause();
    if (!this.#isListening) response.on('drain', this.#onClientDrain);
    this.#isListening = true;
  }

  onEnd(trailers: readonly HeaderField[], hasMore: boolean): void {
    const { request, response, mayTrail } = this.input;
    this.#isWhole = true;
    this.#idleMs = hasMore ? 0 : (this.#framing?.idleMs ?? 0);
    if (trailers.length > 0) response.addTrailers(allowedTrailers(trailers, mayTrail));
    if (this.#sender.isDone) this.#release();
    else if (request.complete) this.#sender.sendRest();
    else this.#leave();
    response.once('close', this.#onResponseClosed);
    endAfterRequest(request, response);
  }

  onMalformed(detail: string): void {
    this.#fail('upstream_bad_handshake', detail);
  }

  #writeHead(answer: UpstreamAnswer): void {
    const { statusCode, reasonPhrase } = answer;
    const { response, changeAnswer, shouldClose } = this.input;
    response.writeHead(statusCode, reasonPhrase, answerFields(answer, changeAnswer), shouldClose());
  }

  #flushHead(): void {
    const { response } = this.input;
    if (!response.destroyed && !response.writableEnded) response.flushHeaders();
  }

  /** Gives the connection to further requests. */
  #release(): void {
    if (this.#hasLeft) return;
    this.#hasLeft = true;
    this.input.connection.release(this.#idleMs);
  }

  /** Closes the connection, unless it carries further requests already. */
  #leave(): void {
    this.#sender.stop();
    this.#reader.stop();
    if (this.#hasLeft) return;
    this.#hasLeft = true;
    this.input.connection.destroy();
  }

  readonly #onClientDrain = (): void => {
    if (!this.#hasLeft) this.input.connection.socket.resume();
  };

  readonly #onResponseClosed = (): void => {
    this.#settle({ kind: 'answered', status: this.#status ?? 0 });
  };

  readonly #onAborted = (): void => {
    this.#leave();
    this.#settle({ kind: 'aborted' });
  };

  readonly #onTimeout = (): void => {
    const { request, connection, bounds } = this.input;
    const isWaitingForClient =
      !this.#sender.isDone && !request.complete && !connection.socket.writableNeedDrain;
    if (this.#status !== null) this.#fail('upstream_timeout', 'the answer was idle');
    else if (isWaitingForClient)
      this.#fail('body_timeout', `no data of the body for ${bounds.responseMs} ms`);
    else this.#fail('upstream_timeout', `no answer within ${bounds.responseMs} ms`);
  };

  /** The connection is gone before the answer was whole. */
  #onLost(detail: string): void {
    const { connection, method, body } = this.input;
    const mayRepeat = body.kind === 'none' && idempotent.has(method);
    const isStale = connection.isReused && !this.#hasReceived && mayRepeat;
    if (!this.#isWhole && !isStale) {
      this.#fail('upstream_bad_handshake', detail);
      return;
    }
    this.#leave();
    if (isStale) this.#settle({ kind: 'stale' });
  }

  #fail(code: ExchangeFailure, detail: string): void {
    this.#leave();
    const status = this.#status;
    if (status === null) {
      this.#settle({ kind: 'failed', code, detail });
      return;
    }
    this.#settle({ kind: 'cut_short', status, detail });
    // What was written in this turn leaves first.
    setImmediate(this.#cutOff);
  }

  readonly #cutOff = (): void => {
    const { request, response } = this.input;
    // A FIN lets the client read what came before, unless it would complete the answer.
    const isEndedByClose = request.httpVersion === '1.0' && this.#framing?.hasLength === false;
    if (isEndedByClose) response.cut();
    else response.destroy();
  };

  #settle(end: ExchangeEnd): void {
    const resolve = this.#resolve;
    if (!resolve) return;
    this.#resolve = null;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.input.ending.removeEventListener('abort', this.#onAborted);
    this.input.onEnd(end);
    resolve(end);
  }
}

/** The detail of `body_too_large`, which is safe to show to the client. */
export function bodyTooLong(maxRequestBytes: number): string {
  return `the body is longer than ${maxRequestBytes} bytes`;
}
