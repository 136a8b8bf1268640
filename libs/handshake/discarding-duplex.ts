import { Duplex } from 'node:stream';

// One chunk at a time: as many bytes as Node would buffer, 16 KiB, may come in as many chunks.
const highWaterMark = 1;

/**
 * A stream that reads what is left of another one, after bytes that were taken from it before, and throws away
 * what is written to it. It hands an HTTP parser the answer of an upstream while nothing can go there.
 * Destroying it destroys the source.
 */
export class DiscardingDuplex extends Duplex {
  readonly #source: Duplex;
  readonly #onData = (chunk: Buffer): void => {
    // The source may have lent it.
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
