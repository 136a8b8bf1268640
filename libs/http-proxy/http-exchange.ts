import { request as sendRequest, type ClientRequest, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { AbortNotice } from '#libs/async';
import {
  answerHeaders,
  fieldName,
  headerFields,
  unbroken,
  type ChangeAnswerHeaders,
  type HeaderField,
} from '#libs/handshake';
import { cutAnswer } from './cut-answer.js';
import type { AnswerStream, RequestStream } from './client-streams.js';
import { endAfterRequest } from './end-after-request.js';
import type { KeptConnection } from './kept-connections.js';
import { allowedTrailers } from './trailers.js';

export interface HttpExchangeInput {
  connection: KeptConnection;
  request: RequestStream;
  response: AnswerStream;
  /** The socket that the request came on. */
  socket: Socket;
  /** Sends an interim answer before the head of the answer. */
  writeInterim: (status: number, reason: string, fields: readonly HeaderField[]) => void;
  /** The head for the upstream. */
  head: { method: string; target: string; fields: readonly HeaderField[] };
  hasBody: boolean;
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
}

export type ExchangeEnd =
  /** The whole answer was forwarded. */
  | { kind: 'answered'; status: number }
  /** The answer began and could not be forwarded whole, so the client's connection was cut. */
  | { kind: 'cut_short'; status: number; detail: string }
  /** Nothing was sent to the client. */
  | { kind: 'failed'; code: ExchangeFailure; detail: string }
  /**
   * The same, on a connection that had carried a request before: the upstream has closed it, and
   * saw nothing.
   */
  | { kind: 'stale' }
  /** By `ending`. The answer is as far as it was forwarded. */
  | { kind: 'aborted' };

export type ExchangeFailure =
  'upstream_bad_handshake' | 'upstream_timeout' | 'body_timeout' | 'body_too_large';

const maxAnswerHeadBytes = 65_536;
const maxInterimAnswers = 16;
// Methods that may be repeated (RFC 9110 §9.2.2).
const idempotent: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE']);

/**
 * Sends one request to an upstream and forwards its answer. Both bodies are streamed under
 * backpressure. An answer that is cut off is cut off for the client too, so that it never looks
 * complete.
 */
export class HttpExchange {
  /** The bytes of both bodies so far. */
  readonly bytes = { request: 0, response: 0 };
  readonly #upstream: ClientRequest;
  readonly #readBefore: number;
  #answer: IncomingMessage | null = null;
  #timer: NodeJS.Timeout | undefined;
  #interimAnswers = 0;
  #resolve: ((end: ExchangeEnd) => void) | null = null;

  constructor(private readonly input: HttpExchangeInput) {
    const { connection, head } = input;
    this.#readBefore = connection.socket.bytesRead;
    this.#upstream = sendRequest({
      agent: connection.agent,
      host: 'upstream',
      method: head.method,
      path: head.target,
      headers: head.fields.flat(),
      maxHeaderSize: maxAnswerHeadBytes,
      insecureHTTPParser: false,
    });
    // Node would silently drop fields beyond 1,000; the size of the head is bounded instead.
    this.#upstream.maxHeadersCount = 0;
  }

  /** Never rejects. */
  run(): Promise<ExchangeEnd> {
    return new Promise((resolve) => {
      this.#resolve = resolve;
      const { ending, bounds } = this.input;
      ending.addEventListener('abort', this.#onAborted);
      this.#timer = setTimeout(() => this.#onTimeout(), bounds.responseMs);
      this.#listen(this.#upstream);
      if (ending.aborted) this.#onAborted();
      else this.#sendBody();
    });
  }

  #listen(upstream: ClientRequest): void {
    // A dialed socket is paused. By now its listeners are there.
    upstream.once('socket', (socket) => socket.resume());
    upstream.once('response', (answer) => this.#onAnswer(answer));
    upstream.on('continue', () => this.#onContinue());
    upstream.on('information', (interim) => this.#onInterim(interim));
    upstream.on('error', (error) => this.#onFailed(error));
    upstream.on('close', () => this.#onFailed(new Error('the upstream closed the connection')));
  }

  #sendBody(): void {
    const { request, hasBody } = this.input;
    const upstream = this.#upstream;
    if (!hasBody) {
      upstream.end();
      return;
    }
    upstream.flushHeaders();
    request.on('error', () => undefined);
    request.on('data', this.#onBodyData);
    upstream.on('drain', () => request.resume());
    request.once('end', () => {
      if (upstream.destroyed) return;
      upstream.addTrailers(allowedTrailers(request.rawTrailers, this.input.mayTrail));
      upstream.end();
      this.#onProgress();
    });
  }

  // `pipe` adds eight listeners for each request.
  readonly #onBodyData = (chunk: Buffer): void => {
    const { maxRequestBytes } = this.input.bounds;
    this.bytes.request += chunk.length;
    this.#onProgress();
    if (maxRequestBytes !== null && this.bytes.request > maxRequestBytes) {
      this.#fail('body_too_large', bodyTooLong(maxRequestBytes));
    } else if (!this.#upstream.write(chunk)) this.input.request.pause();
  };

  #onProgress(): void {
    if (this.#answer === null) this.#timer?.refresh();
  }

  #onContinue(): void {
    const { request, response } = this.input;
    const isExpected = request.headers.expect !== undefined && request.httpVersion !== '1.0';
    if (isExpected && !response.headersSent) response.writeContinue();
  }

  #onInterim({ statusCode, statusMessage, rawHeaders }: InterimAnswer): void {
    this.#interimAnswers += 1;
    if (this.#interimAnswers > maxInterimAnswers) {
      this.#fail('upstream_bad_handshake', `more than ${maxInterimAnswers} interim answers`);
      return;
    }
    const { response, request, writeInterim } = this.input;
    if (statusCode === 100 || response.headersSent || request.httpVersion === '1.0') return;
    const fields = answerHeaders(headerFields(rawHeaders), null);
    writeInterim(statusCode, statusMessage, fields);
  }

  #onAnswer(answer: IncomingMessage): void {
    if (!this.#resolve) {
      answer.destroy();
      return;
    }
    const fields = headerFields(answer.rawHeaders);
    const problem = problemOf(answer, fields);
    if (problem !== null) {
      this.#fail('upstream_bad_handshake', problem);
      return;
    }
    this.#answer = answer;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const { statusCode: status = 0 } = answer;
    this.input.onAnswer(status);
    this.#writeHead(status, answer.statusMessage ?? '', fields);
    this.#forwardBody(answer, status);
  }

  #writeHead(status: number, reason: string, received: HeaderField[]): void {
    const { request, response, changeAnswer, shouldClose } = this.input;
    const fields = answerHeaders(received, changeAnswer);
    // A 204 must not have Content-Length (RFC 9110 §8.6).
    const kept = status === 204 ? fields.filter(([name]) => !isContentLength(name)) : fields;
    const flat: string[] = [];
    for (const [name, value] of kept) flat.push(name, unbroken(value));
    if (shouldClose() || !request.complete) flat.push('Connection', 'close');
    response.writeHead(status, unbroken(reason), flat);
    // Clients of server-sent events wait for the head, which may come long before the first event.
    setImmediate(() => {
      if (!response.destroyed && !response.writableEnded) response.flushHeaders();
    });
  }

  #forwardBody(answer: IncomingMessage, status: number): void {
    const { request, response, socket, bounds, mayTrail } = this.input;
    const { idleMs } = bounds;
    if (idleMs !== null) {
      this.#timer = setTimeout(() => answer.destroy(new Error('the answer was idle')), idleMs);
    }
    // `pipe` adds eight listeners, which cost more than forwarding a small answer.
    answer.on('data', (chunk: Buffer) => {
      this.bytes.response += chunk.length;
      this.#timer?.refresh();
      // A client that is gone is reported by `ending`.
      if (!response.destroyed && !response.write(chunk)) answer.pause();
    });
    response.on('drain', () => answer.resume());
    answer.once('end', () => {
      response.addTrailers(allowedTrailers(answer.rawTrailers, mayTrail));
      if (!request.complete) this.#stopBody();
      response.once('close', () => this.#settle({ kind: 'answered', status }));
      endAfterRequest(request, response);
    });
    answer.once('error', (error) => {
      this.#settle({ kind: 'cut_short', status, detail: error.message });
      this.#upstream.destroy();
      // A FIN lets the client read what came before, unless it would complete the answer.
      const isEndedByClose = request.httpVersion === '1.0' && answer.headers['content-length'] === undefined;
      if (isEndedByClose) cutAnswer({ socket, response });
      else response.destroy();
    });
  }

  readonly #onAborted = (): void => {
    this.#stopBody();
    this.#settle({ kind: 'aborted' });
  };

  #onTimeout(): void {
    const { request, hasBody, bounds } = this.input;
    const isWaitingForClient = hasBody && !request.complete && !this.#upstream.writableNeedDrain;
    if (isWaitingForClient) this.#fail('body_timeout', `no data of the body for ${bounds.responseMs} ms`);
    else this.#fail('upstream_timeout', `no answer within ${bounds.responseMs} ms`);
  }

  #onFailed(error: Error): void {
    // From the answer on, its own stream reports failures.
    if (this.#answer !== null) return;
    if (this.#isStale()) this.#settle({ kind: 'stale' });
    else this.#fail('upstream_bad_handshake', error.message);
  }

  #isStale(): boolean {
    const { connection, head, hasBody } = this.input;
    const sawNothing = connection.socket.bytesRead === this.#readBefore;
    return connection.isReused && sawNothing && !hasBody && idempotent.has(head.method);
  }

  #stopBody(): void {
    this.input.request.off('data', this.#onBodyData);
    this.#upstream.destroy();
  }

  #fail(code: ExchangeFailure, detail: string): void {
    const answer = this.#answer;
    if (answer === null) this.#settle({ kind: 'failed', code, detail });
    else answer.destroy(new Error(detail));
    this.#stopBody();
  }

  #settle(end: ExchangeEnd): void {
    const resolve = this.#resolve;
    if (!resolve) return;
    this.#resolve = null;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.input.ending.removeEventListener('abort', this.#onAborted);
    resolve(end);
  }
}

/** The detail of `body_too_large`, which is safe to show to the client. */
export function bodyTooLong(maxRequestBytes: number): string {
  return `the body is longer than ${maxRequestBytes} bytes`;
}

interface InterimAnswer {
  statusCode: number;
  statusMessage: string;
  rawHeaders: string[];
}

// Node's parser decodes the chunked coding. The end of a body in another coding cannot be found.
function problemOf({ statusCode }: IncomingMessage, fields: readonly HeaderField[]): string | null {
  if (statusCode === undefined || statusCode < 200 || statusCode > 599) return 'the status is not valid';
  const codings = fields.filter(([name]) => fieldName(name).lower === 'transfer-encoding');
  const isKnown =
    codings.length === 0 || (codings.length === 1 && codings[0]?.[1].toLowerCase() === 'chunked');
  return isKnown ? null : 'the transfer coding of the answer is not chunked';
}

function isContentLength(name: string): boolean {
  return fieldName(name).lower === 'content-length';
}
