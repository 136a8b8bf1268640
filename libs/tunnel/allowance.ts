import type { TrafficLane } from './traffic-lane.js';

/**
 * The number of bytes and messages that the rate of a lane allows one direction to pass in one step. A
 * direction calls `begin` before the step and `settle` after it.
 */
export class Allowance {
  #isLimited = false;
  #maxMessages = Infinity;
  #messages = 0;

  constructor(private readonly lane: TrafficLane) {}

  get isLimited(): boolean {
    return this.#isLimited;
  }

  /**
   * Begins a step and returns how many bytes may pass in it. A step that is exempt from the rate has no
   * limit.
   */
  begin(isExempt: boolean): number {
    this.#isLimited = this.lane.isLimited && !isExempt;
    this.#messages = 0;
    const maxBytes = this.#isLimited ? this.lane.allowedBytes() : Infinity;
    this.#maxMessages = this.#isLimited ? this.lane.allowedMessages() : Infinity;
    return maxBytes;
  }

  /** Counts a message that begins. Returns false if the message may not begin. */
  takeMessage(): boolean {
    if (this.#messages >= this.#maxMessages) return false;
    this.#messages += 1;
    return true;
  }

  /** Takes the bytes and messages that passed in the step from the lane. */
  settle(bytes: number): void {
    if (this.#isLimited) this.lane.take(this.#messages, bytes);
  }
}
