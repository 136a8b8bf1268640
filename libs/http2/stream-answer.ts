import { constants, type ServerHttp2Stream } from 'node:http2';
import { Writable } from 'node:stream';
import type { HeaderField } from '#libs/handshake';
import { endStream } from './end-stream.js';
import { outgoingFields } from './outgoing-fields.js';

/**
 * The answer to an ordinary request on a stream, with the members of `ServerResponse` that are needed of it.
 * It is closed once its last byte was sent, or its client is gone. Its owner listens for `error`.
 */
export class StreamAnswer extends Writable {
  statusCode = 200;
  #trailers: readonly HeaderField[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly stream: ServerHttp2Stream,
    /** How long a chunk may wait for the windows of the client, in milliseconds. */
    private readonly sendTimeoutMs: number,
  ) {
    super({ highWaterMark: 1 });
    stream.on('error', (error) => this.destroy(error));
    stream.on('close', () => this.destroy());
    if (stream.destroyed) this.destroy();
  }

  get headersSent(): boolean {
    return this.stream.headersSent;
  }

  writeContinue(): void {
    this.writeInterim(constants.HTTP_STATUS_CONTINUE, '', []);
  }

  /** HTTP/2 has no reason phrase. */
  writeInterim(status: number, _reason: string, fields: readonly HeaderField[]): void {
    const { stream } = this;
    if (stream.destroyed || stream.closed || stream.headersSent || status === 101) return;
    stream.additionalHeaders({ ':status': status, ...outgoingFields(fields) });
  }

  writeHead(status: number, _reason: string, fields: readonly HeaderField[]): void {
    const { stream } = this;
    if (stream.destroyed || stream.closed || stream.headersSent) return;
    this.statusCode = status;
    const headers = { ':status': status, ...outgoingFields(fields) };
    stream.respond(headers, { waitForTrailers: true });
    stream.once('wantTrailers', () => stream.sendTrailers(outgoingFields(this.#trailers)));
  }

  cut(): void {
    this.destroy();
  }

  /** The head is sent at once. */
  flushHeaders(): void {
    // Only an answer of HTTP/1.1 keeps its head back.
  }

  addTrailers(trailers: readonly HeaderField[]): void {
    this.#trailers = trailers;
  }

  override _write(chunk: Buffer, encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    // Answers to HEAD, and with 204 and 304, have ended with their head.
    if (this.stream.writableEnded) done();
    else this.stream.write(chunk, encoding, this.#inTime(done));
  }

  override _final(done: (error?: Error | null) => void): void {
    if (this.stream.writableEnded) done();
    else this.stream.end(this.#inTime(done));
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    const { stream } = this;
    clearTimeout(this.#timer);
    if (!this.writableFinished) endStream(stream, constants.NGHTTP2_INTERNAL_ERROR);
    // After a whole answer, a client is only asked to send nothing more (RFC 9113 §8.1).
    else if (!stream.endAfterHeaders) endStream(stream, constants.NGHTTP2_NO_ERROR);
    else stream.resume();
    done(error);
  }

  #inTime(done: (error?: Error | null) => void): (error?: Error | null) => void {
    this.#timer = setTimeout(() => this.destroy(), this.sendTimeoutMs);
    return (error) => {
      clearTimeout(this.#timer);
      done(error);
    };
  }
}
