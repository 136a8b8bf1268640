import type { ServerHttp2Stream } from 'node:http2';
import { GatheredBytes } from '#libs/tunnel';

export interface StreamReceiver {
  /** Returns whether more may follow at once; otherwise `resume` asks for more. */
  onData(bytes: Uint8Array): boolean;
  /** All bytes were received: the client has ended its side. Not called after a reset. */
  onEnd(): void;
}

/**
 * The bytes that a client sends on a stream. What arrives while they are not wanted, up to the window, is
 * kept in one block. Node would keep each DATA frame as a chunk: 60,000 of one byte took 10 MB for each
 * stream.
 */
export class StreamInput {
  readonly #held = new GatheredBytes();
  #isWanted = false;
  #hasEnded = false;

  constructor(
    private readonly stream: ServerHttp2Stream,
    private readonly receiver: StreamReceiver,
  ) {
    const push = stream.push.bind(stream);
    // Node's session gives each DATA frame to this method, and opens the window no further when it returns
    // false.
    stream.push = (chunk: unknown): boolean =>
      chunk instanceof Uint8Array ? this.#onData(chunk) : push(chunk);
    stream.once('end', () => this.#onEnd());
    // Only the end comes by itself.
    stream.resume();
  }

  /** Asks for bytes until the receiver returns false. */
  resume(): void {
    this.#isWanted = true;
    if (this.#held.length > 0) this.#isWanted = this.receiver.onData(this.#held.take());
    if (!this.#isWanted) return;
    if (this.#hasEnded) this.receiver.onEnd();
    else if (!this.stream.destroyed) this.stream._read(0);
  }

  #onData(chunk: Uint8Array): boolean {
    if (this.#isWanted) this.#isWanted = this.receiver.onData(chunk);
    else this.#held.add(chunk);
    return this.#isWanted;
  }

  #onEnd(): void {
    // A reset ends the stream of Node too.
    if (this.stream.aborted) return;
    this.#hasEnded = true;
    if (this.#held.length === 0) this.receiver.onEnd();
  }
}
