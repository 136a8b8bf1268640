import { isClose } from './frame-rules.js';
import type { OwnPings } from './own-pings.js';
import type { ReceivingSocket } from './receiving-socket.js';

/**
 * The gateway's own frames that wait for a frame boundary of one direction: a ping, and finally a close
 * frame. A ping also waits while the receiver is behind, because pings to a receiver that reads nothing would
 * accumulate.
 */
export class PendingFrames {
  #pings: OwnPings | null = null;
  #closeFrame: Buffer | null = null;
  #isCloseDeferred = false;

  constructor(private readonly receiver: ReceivingSocket) {}

  get isEmpty(): boolean {
    return this.#pings === null && this.#closeFrame === null;
  }

  get hasClose(): boolean {
    return this.#closeFrame !== null;
  }

  /** Whether a close frame must be sent at the next boundary, regardless of the sender's frames. */
  get isCloseDue(): boolean {
    return this.#closeFrame !== null && !this.#isCloseDeferred;
  }

  addPing(pings: OwnPings): void {
    this.#pings = pings;
  }

  /** Adds a close frame that replaces the sender's own, unless it becomes due earlier. */
  addDeferredClose(closeFrame: Buffer): void {
    this.#closeFrame = closeFrame;
    this.#isCloseDeferred = true;
    this.#pings = null;
  }

  /** Makes a deferred close frame due. Returns false if there is none. */
  makeCloseDue(): boolean {
    if (!this.#closeFrame || !this.#isCloseDeferred) return false;
    this.#isCloseDeferred = false;
    return true;
  }

  /** Whether one of these frames must be sent before a sender's frame with this first byte. */
  goBefore(firstByte: number): boolean {
    if (isClose(firstByte)) this.makeCloseDue();
    return this.#isPingDue || this.isCloseDue;
  }

  /** Writes the frames that are due. */
  write(): void {
    if (this.#pings && this.#isPingDue) {
      this.receiver.write(this.#pings.next());
      this.dropPing();
    }
    if (this.#closeFrame && this.isCloseDue) this.receiver.write(this.#closeFrame);
  }

  dropPing(): void {
    this.#pings = null;
  }

  clear(): void {
    this.#pings = null;
    this.#closeFrame = null;
  }

  get #isPingDue(): boolean {
    return this.#pings !== null && !this.receiver.isBehind;
  }
}
