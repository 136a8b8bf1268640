import { isClose } from './frame-rules.js';
import type { OwnPings } from './own-pings.js';
import type { ReceivingSocket } from './receiving-socket.js';

/**
 * The frames of the gateway's own that wait for a frame boundary of one direction: a ping, and at last a close frame. A ping also
 * waits while the receiver is behind: pings to one that reads nothing would pile up.
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

  /** Whether a close frame goes at the next boundary, whatever the sender sends. */
  get isCloseDue(): boolean {
    return this.#closeFrame !== null && !this.#isCloseDeferred;
  }

  addPing(pings: OwnPings): void {
    this.#pings = pings;
  }

  /** Adds a close frame that takes the place of the sender's own, unless it becomes due before. */
  addDeferredClose(closeFrame: Buffer): void {
    this.#closeFrame = closeFrame;
    this.#isCloseDeferred = true;
    this.#pings = null;
  }

  /** Makes a deferred close frame due; false when there is none. */
  makeCloseDue(): boolean {
    if (!this.#closeFrame || !this.#isCloseDeferred) return false;
    this.#isCloseDeferred = false;
    return true;
  }

  /** Whether one of them goes before a frame of the sender with this first byte. */
  goBefore(firstByte: number): boolean {
    if (isClose(firstByte)) this.makeCloseDue();
    return this.#isPingDue || this.isCloseDue;
  }

  /** Writes what is due. */
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
