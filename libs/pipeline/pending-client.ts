import type { Socket } from 'node:net';
import { LightAbort, type AbortNotice } from '#libs/async';
import type { EngineSocket } from '#libs/engine';
import { GatheredBytes } from '#libs/tunnel';

const maxHeldBytes = 65_536;

/**
 * A client between its request and the join. What it sends early is held, up to 64 KiB, and goes nowhere
 * before the 101; when it goes away, `signal` says so to whatever is under way for it.
 */
export class PendingClient {
  readonly #held = new GatheredBytes();
  readonly #gone = new LightAbort();

  /** The socket has another `error` listener, for good. */
  constructor(
    readonly socket: Socket | EngineSocket,
    head: Buffer,
  ) {
    this.#held.add(head);
    socket.on('error', this.#onGone);
    socket.on('close', this.#onGone);
    socket.on('end', this.#onGone);
    socket.on('data', this.#onData);
    // One that has been read before is paused.
    socket.resume();
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
    return this.#held.take();
  }

  readonly #onGone = (): void => this.#gone.abort();

  readonly #onData = (chunk: Buffer): void => {
    this.#held.add(chunk);
    if (this.#held.length >= maxHeldBytes) this.socket.pause();
  };
}
