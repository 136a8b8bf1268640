import type { Direction } from './direction.js';

/**
 * Checks with pings that one peer is alive. A peer is alive while it sends anything or accepts the bytes that
 * are sent to it: a pong cannot arrive in the middle of a long frame, and a ping waits behind the bytes that
 * were sent before.
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

  /**
   * Pings the peer. It must be called once in each interval. Returns false if the peer has shown no activity
   * since the previous ping.
   */
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

  // Whether the keepalive waits for a pong. A peer that was behind for the whole interval could not be
  // pinged; for such a peer the keepalive waits until it accepts some bytes.
  #isSomethingAwaited(): boolean {
    return this.fromPeer.pings.isAwaited || (this.#wasBehind && this.toPeer.receiver.isBehind);
  }
}
