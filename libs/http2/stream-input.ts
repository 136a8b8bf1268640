import type { ServerHttp2Stream } from 'node:http2';
import { GatheredBytes } from '#libs/tunnel';
import type { SessionWindows } from './session-windows.js';

export interface StreamReceiver {
  /** Returns whether more may follow at once; otherwise `resume` asks for more. */
  onData(bytes: Uint8Array): boolean;
  /** All bytes were received: the client has ended its side. Not called after a reset. */
  onEnd(): void;
}

/** A whole window at once would wait for an upstream a second time, in the buffer of its socket. */
const maxDeliveredBytes = 65_536;
const nothing = Buffer.alloc(0);

/**
 * The bytes that a client sends on a stream. What arrives while they are not wanted, up to the window, is
 * kept in one block. Node would keep each DATA frame as a chunk: 60,000 of one byte took 10 MB for each
 * stream.
 */
export class StreamInput {
  readonly #gathered = new GatheredBytes();
  /** Bytes that are delivered before those that are still gathered. */
  #block: Buffer = nothing;
  #isWanted = false;
  #hasEnded = false;
  #isStopped = false;

  constructor(
    private readonly stream: ServerHttp2Stream,
    private readonly windows: SessionWindows,
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
    if (!this.#deliverHeld()) return;
    if (this.#hasEnded) this.receiver.onEnd();
    else if (!this.stream.destroyed) this.stream._read(0);
  }

  /** Drops the bytes that were not delivered, and all further ones. */
  stop(): void {
    this.#isStopped = true;
    this.windows.release(this.#heldBytes);

    this.#block = nothing;
    this.#gathered.take();
  }

  get #heldBytes(): number {
    return this.#block.length + this.#gathered.length;
  }

  /** Returns whether more is wanted. */
  #deliverHeld(): boolean {
    while (this.#isWanted && this.#heldBytes > 0) {
      if (this.#block.length === 0) this.#block = this.#gathered.take();
      const part = this.#block.subarray(0, maxDeliveredBytes);
      this.#block = this.#block.subarray(part.length);
      this.windows.release(part.length);
      this.#isWanted = this.receiver.onData(part);
    }
    return this.#isWanted;
  }

  #onData(chunk: Uint8Array): boolean {
    if (this.#isStopped) return false;
    if (this.#isWanted) {
      this.#isWanted = this.receiver.onData(chunk);
    } else {
      this.#gathered.add(chunk);
      this.windows.hold(chunk.length);
    }
    return this.#isWanted;
  }

  #onEnd(): void {
    // A reset ends the stream of Node too.
    if (this.stream.aborted) return;
    this.#hasEnded = true;
    if (this.#heldBytes === 0) this.receiver.onEnd();
  }
}
