import type { Socket } from 'node:net';
import { LightAbort, type AbortNotice } from '#libs/abort';

const mostHeldBytes = 65_536;

// One for all, since a connection keeps what it was joined with.
const nothing = Buffer.alloc(0);

/**
 * A client between its request and the join. What it sends early is held, up to 64 KiB, and goes nowhere before the
 * 101; when it goes away, `signal` says so to whatever is under way for it.
 */
export class PendingClient {
  readonly #held: Buffer[];
  readonly #gone = new LightAbort();
  #heldBytes: number;

  /** The socket has another `error` listener, for good. */
  constructor(
    readonly socket: Socket,
    head: Buffer,
  ) {
    this.#held = head.length > 0 ? [head] : [];
    this.#heldBytes = head.length;
    socket.on('error', this.#onGone);
    socket.on('close', this.#onGone);
    socket.on('end', this.#onGone);
    socket.on('data', this.#onData);
  }

  get signal(): AbortNotice {
    return this.#gone;
  }

  get isGone(): boolean {
    return this.#gone.aborted;
  }

  /** Stops watching, with the socket paused; answers with what was held. */
  release(): Buffer {
    this.socket.pause();
    this.socket.off('error', this.#onGone);
    this.socket.off('close', this.#onGone);
    this.socket.off('end', this.#onGone);
    this.socket.off('data', this.#onData);
    const [first = nothing, ...others] = this.#held;
    return others.length === 0 ? first : Buffer.concat(this.#held);
  }

  readonly #onGone = (): void => this.#gone.abort();

  readonly #onData = (chunk: Buffer): void => {
    this.#held.push(chunk);
    this.#heldBytes += chunk.length;
    if (this.#heldBytes >= mostHeldBytes) this.socket.pause();
  };
}
