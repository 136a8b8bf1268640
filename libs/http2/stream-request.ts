import type { ServerHttp2Stream } from 'node:http2';
import { Readable } from 'node:stream';
import type { SessionWindows } from './session-windows.js';
import { StreamInput } from './stream-input.js';

// Buffers one chunk at a time, like the sockets of other clients.
const highWaterMark = 1;

/**
 * The body of an ordinary request on a stream, with the members of `IncomingMessage` that are needed of it.
 */
export class StreamRequest extends Readable {
  readonly httpVersion = '2';
  readonly #input: StreamInput;
  rawTrailers: string[] = [];
  /** Whether the whole body has arrived. */
  complete: boolean;

  constructor(
    stream: ServerHttp2Stream,
    windows: SessionWindows,
    readonly method: string,
    readonly headers: { readonly expect?: string | undefined },
  ) {
    super({ highWaterMark });
    this.complete = stream.endAfterHeaders;
    this.#input = new StreamInput(stream, windows, {
      onData: (bytes) => this.push(bytes),
      onEnd: () => this.#onEnd(),
    });
    stream.on('trailers', (_fields: object, _flags: number, rawTrailers: string[]) => {
      this.rawTrailers = rawTrailers;
    });
    stream.on('aborted', () => this.destroy());
    stream.on('close', () => this.destroy());
  }

  override _read(): void {
    this.#input.resume();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#input.stop();
    done(error);
  }

  #onEnd(): void {
    this.complete = true;
    this.push(null);
  }
}
