import { Duplex } from 'node:stream';

// Buffers one chunk at a time. Node's default buffer of 16 KiB could consist of as many chunks as bytes.
const highWaterMark = 1;

/**
 * A stream that reads the remaining bytes of another stream, after bytes that were taken from it before, and
 * discards all bytes that are written to it. It passes the answer of an upstream to an HTTP parser and lets
 * no byte reach the upstream. Destroying it destroys the source.
 */
export class DiscardingDuplex extends Duplex {
  readonly #source: Duplex;
  readonly #onData = (chunk: Buffer): void => {
    // The source may have lent the chunk, so it is copied.
    if (!this.push(Buffer.from(chunk))) this.#source.pause();
  };
  readonly #onEnd = (): void => {
    this.push(null);
  };
  readonly #onClose = (): void => {
    if (!this.readableEnded) this.destroy(new Error('the upstream connection was lost'));
  };
  readonly #onError = (error: Error): void => {
    this.destroy(error);
  };

  constructor(source: Duplex, taken: Buffer) {
    super({ highWaterMark });
    this.#source = source;
    this.push(taken);
    if (source.readableEnded) {
      this.push(null);
      return;
    }
    source
      .on('data', this.#onData)
      .on('end', this.#onEnd)
      .on('close', this.#onClose)
      .on('error', this.#onError);
    if (source.closed) this.#onClose();
  }

  override _read(): void {
    this.#source.resume();
  }

  override _write(_chunk: unknown, _encoding: BufferEncoding, done: () => void): void {
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    const source = this.#source;
    source
      .off('data', this.#onData)
      .off('end', this.#onEnd)
      .off('close', this.#onClose)
      .off('error', this.#onError);
    source.destroy();
    done(error);
  }
}
