import { EventEmitter } from 'node:events';
import { composeHead, fieldName, type HeaderField } from '#libs/handshake';
import { lastChunk } from '#libs/http1';
import type { AnswerStream } from '#libs/http-proxy';
import type { ClientRequest } from './client-request.js';
import { keepAliveTimeoutMs } from './request-bounds.js';

/** The connection of an answer. */
export interface AnswerCarrier {
  /** Returns false if not all bytes are written; it calls `onFlushed` of the answer then. */
  write(bytes: Buffer | string): boolean;
  /** Returns false if bytes of earlier writes wait to be sent; it calls `onFlushed` of the answer then. */
  flush(): boolean;
  /** The whole answer was written. */
  onAnswered(): void;
  destroy(): void;
  /** Closes with a RST, if the connection has no TLS. */
  reset(): void;
}

type Framing = 'none' | 'length' | 'chunked' | 'close';

const lineEnd = '\r\n';
const close: HeaderField = ['Connection', 'close'];
const keepAlive: HeaderField = ['Connection', 'keep-alive'];
const keepAliveTimeout: HeaderField = ['Keep-Alive', `timeout=${keepAliveTimeoutMs / 1000}`];
const chunked: HeaderField = ['Transfer-Encoding', 'chunked'];
const continueHead = 'HTTP/1.1 100 Continue\r\n\r\n';

/**
 * The answer to an ordinary request on a connection of HTTP/1. The head is written together with the first
 * bytes of the body.
 */
export class ClientAnswer extends EventEmitter implements AnswerStream {
  statusCode = 200;
  headersSent = false;
  destroyed = false;
  writableEnded = false;
  /** Whether the connection closes after this answer. */
  isLast: boolean;
  /** The head that is not written yet. */
  #head = '';
  #framing: Framing = 'none';
  #isFlushed = true;
  #trailers: readonly HeaderField[] = [];

  constructor(
    private readonly request: Pick<ClientRequest, 'method' | 'httpVersion' | 'complete'>,
    private readonly carrier: AnswerCarrier,
    isPersistent: boolean,
  ) {
    super();
    this.isLast = !isPersistent;
  }

  writeContinue(): void {
    if (!this.headersSent && !this.destroyed) this.#write(continueHead);
  }

  writeInterim(status: number, reason: string, fields: readonly HeaderField[]): void {
    if (!this.headersSent && !this.destroyed)
      this.#write(composeHead(`HTTP/1.1 ${status} ${reason}`, fields));
  }

  writeHead(status: number, reason: string, fields: readonly HeaderField[], shouldClose: boolean): void {
    if (this.headersSent || this.destroyed) return;
    this.headersSent = true;
    this.statusCode = status;
    const known = knownFields(fields);
    this.#framing = this.#framingOf(status, known.hasLength);
    // Only a close ends an answer without a length in HTTP/1.0, or a request whose body is not read.
    this.isLast ||= shouldClose || this.#framing === 'close' || !this.request.complete;
    const own: HeaderField[] = this.isLast ? [close] : [keepAlive, keepAliveTimeout];
    if (this.#framing === 'chunked') own.push(chunked);
    if (!known.hasDate) own.push(['Date', new Date().toUTCString()]);
    this.#head = composeHead(`HTTP/1.1 ${status} ${reason}`, fields, own);
  }

  flushHeaders(): void {
    if (this.#head === '' || this.destroyed) return;
    const head = this.#head;
    this.#head = '';
    this.#write(head);
  }

  addTrailers(trailers: readonly HeaderField[]): void {
    this.#trailers = trailers;
  }

  write(chunk: Buffer): boolean {
    if (this.destroyed || this.writableEnded || chunk.length === 0) return true;
    if (this.#framing === 'none') {
      this.flushHeaders();
      return this.#isFlushed;
    }
    const head = this.#head;
    this.#head = '';
    if (this.#framing !== 'chunked') return this.#write(head === '' ? chunk : joined(head, chunk, ''));
    return this.#write(joined(`${head}${chunk.length.toString(16)}${lineEnd}`, chunk, lineEnd));
  }

  end(): void {
    if (this.destroyed || this.writableEnded) return;
    this.writableEnded = true;
    const rest = this.#head + (this.#framing === 'chunked' ? lastChunk(this.#trailers) : '');
    this.#head = '';
    if (rest !== '') this.#write(rest);
    // The connection closes after it, and has only a short time for that.
    if (this.isLast) this.#isFlushed &&= this.carrier.flush();
    if (this.#isFlushed) this.#finish();
  }

  /** Closes the connection, unless the answer is whole. */
  destroy(): void {
    if (this.destroyed) return;
    this.carrier.destroy();
    this.abandon();
  }

  /** The same, with a RST: a FIN would complete an answer without a length. */
  cut(): void {
    if (this.destroyed) return;
    this.carrier.reset();
    this.abandon();
  }

  /** Must be called when all bytes are written. */
  onFlushed(): void {
    this.#isFlushed = true;
    if (this.writableEnded) this.#finish();
    else this.emit('drain');
  }

  /** Must be called when the connection is closed, or its client has left. */
  abandon(): void {
    if (this.destroyed) return;
    this.destroyed = true;
    this.emit('close');
  }

  #finish(): void {
    if (this.destroyed) return;
    this.destroyed = true;
    this.emit('close');
    this.carrier.onAnswered();
  }

  #write(bytes: Buffer | string): boolean {
    this.#isFlushed = this.carrier.write(bytes);
    return this.#isFlushed;
  }

  // RFC 9112 §6.3. HTTP/1.0 has no chunks.
  #framingOf(status: number, hasLength: boolean): Framing {
    if (this.request.method === 'HEAD' || status === 204 || status === 304) return 'none';
    if (hasLength) return 'length';
    return this.request.httpVersion === '1.1' ? 'chunked' : 'close';
  }
}

function knownFields(fields: readonly HeaderField[]): { hasDate: boolean; hasLength: boolean } {
  let hasDate = false;
  let hasLength = false;
  for (const [name] of fields) {
    // Comparing the length first excludes nearly all names.
    if (name.length === 'date'.length) hasDate ||= fieldName(name).lower === 'date';
    else if (name.length === 'content-length'.length)
      hasLength ||= fieldName(name).lower === 'content-length';
  }
  return { hasDate, hasLength };
}

// A copy costs less than a second system call.
function joined(before: string, bytes: Buffer, after: string): Buffer {
  const all = Buffer.allocUnsafe(before.length + bytes.length + after.length);
  all.write(before, 0, 'latin1');
  all.set(bytes, before.length);
  if (after !== '') all.write(after, before.length + bytes.length, 'latin1');
  return all;
}
