import type { ServerHttp2Stream } from 'node:http2';
import { Readable } from 'node:stream';

// Buffers one chunk at a time, like the sockets of other clients.
const highWaterMark = 1;

/**
 * The body of an ordinary request on a stream, with the members of `IncomingMessage` that are needed of it.
 */
export class StreamRequest extends Readable {
  readonly httpVersion = '2';
  rawTrailers: string[] = [];
  /** Whether the whole body has arrived. */
  complete: boolean;

  constructor(
    private readonly stream: ServerHttp2Stream,
    readonly method: string,
    readonly headers: { readonly expect?: string | undefined },
  ) {
    super({ highWaterMark });
    this.complete = stream.endAfterHeaders;
    stream.on('data', (chunk: Buffer) => {
      if (!this.push(chunk)) stream.pause();
    });
    stream.pause();
    stream.on('trailers', (_fields: object, _flags: number, rawTrailers: string[]) => {
      this.rawTrailers = rawTrailers;
    });
    stream.on('end', () => this.#onEnd());
    stream.on('aborted', () => this.destroy());
    stream.on('close', () => this.destroy());
  }

  override _read(): void {
    this.stream.resume();
  }

  #onEnd(): void {
    // A reset ends the stream of Node too.
    if (this.stream.aborted) return;
    this.complete = true;
    this.push(null);
  }
}
