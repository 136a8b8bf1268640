import type { TrafficLane } from './traffic-lane.js';

/** How much the rate of a lane lets one direction pass in one step: asked for before the step, settled after it. */
export class Allowance {
  #isLimited = false;
  #maxMessages = Infinity;
  #messages = 0;

  constructor(private readonly lane: TrafficLane) {}

  get isLimited(): boolean {
    return this.#isLimited;
  }

  /** Begins a step; returns how many bytes may pass in it. One that is exempt from the rate has no limit. */
  begin(isExempt: boolean): number {
    this.#isLimited = this.lane.isLimited && !isExempt;
    this.#messages = 0;
    const maxBytes = this.#isLimited ? this.lane.allowedBytes() : Infinity;
    this.#maxMessages = this.#isLimited ? this.lane.allowedMessages() : Infinity;
    return maxBytes;
  }

  /** Counts a message that begins; false if it may not. */
  takeMessage(): boolean {
    if (this.#messages >= this.#maxMessages) return false;
    this.#messages += 1;
    return true;
  }

  /** Takes from the lane what has passed in the step. */
  settle(bytes: number): void {
    if (this.#isLimited) this.lane.take(this.#messages, bytes);
  }
}
