import type { LaneReservations } from './lane-reservations.js';
import type { TrafficLane } from './traffic-lane.js';

/**
 * The number of bytes and messages that the rates of all lanes together allow one direction to pass in one
 * step. A direction calls `begin` before the step and `settle` after it.
 */
export class Allowance {
  #isLimited = false;
  #maxMessages = Infinity;
  #messages = 0;
  #fewestMessages: TrafficLane | null = null;
  #fewestBytes: TrafficLane | null = null;
  #hasRefusedMessage = false;

  constructor(
    private lanes: readonly TrafficLane[],
    private readonly reservations: LaneReservations,
  ) {}

  setLanes(lanes: readonly TrafficLane[]): void {
    this.lanes = lanes;
  }

  get isLimited(): boolean {
    return this.#isLimited;
  }

  /** The lane that ends the step; null if none limits it. */
  get narrowest(): TrafficLane | null {
    return this.#hasRefusedMessage ? this.#fewestMessages : this.#fewestBytes;
  }

  /**
   * Begins a step and returns how many bytes may pass in it. A step that is exempt from the rate has no
   * limit.
   */
  begin(isExempt: boolean): number {
    this.#isLimited = false;
    this.#messages = 0;
    this.#maxMessages = Infinity;
    this.#hasRefusedMessage = false;
    this.#fewestMessages = this.#fewestBytes = null;
    let maxBytes = Infinity;
    if (isExempt) return maxBytes;
    for (const lane of this.lanes) {
      if (!lane.isLimited) continue;
      this.#isLimited = true;
      const reserved = this.reservations.of(lane);
      const messages = reserved?.messages ?? lane.allowedMessages();
      const bytes = reserved?.bytes ?? lane.allowedBytes();
      if (messages < this.#maxMessages) {
        this.#maxMessages = messages;
        this.#fewestMessages = lane;
      }
      if (bytes < maxBytes) {
        maxBytes = bytes;
        this.#fewestBytes = lane;
      }
    }
    return maxBytes;
  }

  /** Counts a message that begins. Returns false if the message may not begin. */
  takeMessage(): boolean {
    if (this.#messages < this.#maxMessages) {
      this.#messages += 1;
      return true;
    }
    this.#hasRefusedMessage = true;
    return false;
  }

  /** Takes the bytes and messages that passed in the step from the lanes. */
  settle(bytes: number): void {
    if (this.#isLimited && bytes === 0) return;
    // The reserved amounts pay for the step.
    this.reservations.release();
    if (!this.#isLimited) return;
    for (const lane of this.lanes) lane.take(this.#messages, bytes);
  }
}
