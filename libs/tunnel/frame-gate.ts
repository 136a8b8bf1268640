import type { Allowance } from './allowance.js';
import type { FrameFollower } from './frame-follower.js';
import { isMessageStart } from './frame-rules.js';
import type { OwnPings } from './own-pings.js';
import type { PendingFrames } from './pending-frames.js';

/**
 * Why the follower stopped before a frame. `ownFrame`: a frame of the gateway must be sent first. `ownPong`:
 * the frame is a pong to a ping of the gateway. `possiblePong`: the frame may be such a pong, but is not
 * complete. `rate`: the rate is used up.
 */
export type GateStop = 'ownFrame' | 'ownPong' | 'possiblePong' | 'rate';

/**
 * Decides before each frame of one direction whether it may pass now. The follower asks it only while there
 * is a reason to stop: a limited rate, a frame of the gateway to send, or a ping whose pong is awaited.
 */
export class FrameGate {
  /** Why the last call of `advance` stopped; null if it passed all bytes, or had no reason to stop. */
  stop: GateStop | null = null;

  constructor(
    private readonly follower: FrameFollower,
    private readonly pending: PendingFrames,
    private readonly pings: OwnPings,
    private readonly allowance: Allowance,
  ) {}

  /** Makes the follower read the bytes that may pass now. Returns their number. */
  advance(bytes: Buffer): number {
    const { follower, pending, pings } = this;
    // The rate does not delay the frame before a close frame of the gateway.
    const allowedBytes = this.allowance.begin(pending.isCloseDue);
    this.stop = null;
    const mayStop = this.allowance.isLimited || !pending.isEmpty || pings.isAwaited;
    follower.gate = mayStop ? this.#mayPass : null;

    const passed = follower.push(bytes, Math.min(allowedBytes, bytes.length));
    this.allowance.settle(passed);
    if (passed >= allowedBytes && passed < bytes.length) this.stop = 'rate';
    return passed;
  }

  /** From now on the follower does not ask this gate, until the next call of `advance`. */
  remove(): void {
    this.follower.gate = null;
  }

  readonly #mayPass = (bytes: Uint8Array, offset: number): boolean => {
    this.stop = this.#whyStopBefore(bytes, offset);
    return this.stop === null;
  };

  #whyStopBefore(bytes: Uint8Array, offset: number): GateStop | null {
    const firstByte = bytes[offset] ?? 0;
    if (this.pending.goBefore(firstByte)) return 'ownFrame';
    const verdict = this.pings.takePong(bytes, offset);
    if (verdict !== 'other') return verdict === 'own' ? 'ownPong' : 'possiblePong';
    if (!isMessageStart(firstByte)) return null;
    return this.allowance.takeMessage() ? null : 'rate';
  }
}
