import type { Direction } from './direction.js';

/**
 * Watches over one peer with pings. A peer lives while anything comes from it, or it takes what is sent to it: a pong
 * can't come in the middle of a long frame, and a ping waits behind what was sent before.
 */
export class Keepalive {
  #isPinged = false;
  #bytesReceived = 0;
  #bytesTakenByPeer = 0;
  #wasBehind = false;

  constructor(
    private readonly fromPeer: Direction,
    private readonly toPeer: Direction,
  ) {}

  /** Pings the peer; called once in each interval. False when it gave no sign of life since the ping before. */
  beat(): boolean {
    if (this.#isPinged && this.#isSilent()) return false;
    this.#isPinged = true;
    this.toPeer.injectPing(this.fromPeer.pings);
    this.#bytesReceived = this.fromPeer.bytesReceived;
    this.#bytesTakenByPeer = this.toPeer.receiver.takenBytes;
    this.#wasBehind = this.toPeer.receiver.isBehind;
    return true;
  }

  #isSilent(): boolean {
    if (!this.#isSomethingAwaited() || this.fromPeer.isHeldUp) return false;
    if (this.fromPeer.bytesReceived !== this.#bytesReceived) return false;
    return this.toPeer.receiver.takenBytes === this.#bytesTakenByPeer;
  }

  // A pong; or, from a peer that was behind all the time and so could not be pinged, that it takes something.
  #isSomethingAwaited(): boolean {
    return this.fromPeer.pings.isAwaited || (this.#wasBehind && this.toPeer.receiver.isBehind);
  }
}
