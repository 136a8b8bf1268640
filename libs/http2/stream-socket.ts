import { constants, type ServerHttp2Stream } from 'node:http2';
import type { Socket } from 'node:net';
import { AnsweringStream, type HeaderField } from '#libs/handshake';
import { endStream } from './end-stream.js';
import { outgoingFields } from './outgoing-fields.js';
import type { SessionWindows } from './session-windows.js';
import { StreamInput } from './stream-input.js';

// Buffers one chunk at a time, like the sockets of other clients.
const highWaterMark = 1;

/**
 * A client's stream as a socket: END_STREAM is a FIN, RST_STREAM a reset. A write is finished when the
 * windows of the stream and of its session, and the system, have let its bytes pass. Its owner listens for
 * `error`.
 */
export class StreamSocket extends AnsweringStream {
  bytesWritten = 0;
  readonly #input: StreamInput;

  constructor(
    private readonly stream: ServerHttp2Stream,
    readonly carrier: Socket,
    windows: SessionWindows,
  ) {
    super({ allowHalfOpen: true, highWaterMark });
    this.#input = new StreamInput(stream, windows, {
      onData: (bytes) => this.push(bytes),
      onEnd: () => this.push(null),
    });
    stream.on('aborted', () => this.destroy(new Error('the stream was reset')));
    stream.on('error', (error) => this.destroy(error));
    stream.on('close', () => this.#onClosed());
    if (stream.destroyed) this.destroy();
  }

  respond(status: number, fields: readonly HeaderField[]): void {
    const { stream } = this;
    if (stream.destroyed || stream.closed || stream.headersSent) return;
    stream.respond({ ...outgoingFields(fields), ':status': status });
  }

  override _read(): void {
    this.#input.resume();
  }

  override _write(chunk: Buffer, encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.bytesWritten += chunk.length;
    // An answer to HEAD has ended with its head.
    if (this.stream.writableEnded) done();
    else this.stream.write(chunk, encoding, done);
  }

  override _final(done: (error?: Error | null) => void): void {
    if (this.stream.writableEnded) done();
    else this.stream.end(done);
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    const { stream } = this;
    this.#input.stop();
    // After a whole answer, a client is only asked to send nothing more (RFC 9113 §8.1).
    endStream(stream, stream.writableFinished ? constants.NGHTTP2_NO_ERROR : constants.NGHTTP2_CANCEL);
    done(error);
  }

  #onClosed(): void {
    const { stream } = this;
    // Bytes that wait to be read outlive a stream that has ended on both sides.
    if (!stream.writableFinished || !stream.readableEnded || stream.aborted) this.destroy();
  }
}
