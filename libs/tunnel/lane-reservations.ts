import type { TrafficLane } from './traffic-lane.js';

/** Infinity: the lane does not limit them. */
interface Reservation {
  messages: number;
  bytes: number;
}

/**
 * The messages and bytes that a waiting direction has taken in advance from the lanes that served it, while
 * it waits in another one. Without them, a direction with two lanes that others use up would lose its turn in
 * one while it waits in the other, and might never pass.
 */
export class LaneReservations {
  readonly #reserved = new Map<TrafficLane, Reservation>();

  /** Null: nothing is reserved in the lane. */
  of(lane: TrafficLane): Reservation | null {
    return this.#reserved.size === 0 ? null : (this.#reserved.get(lane) ?? null);
  }

  /** Reserves one message and at most `maxBytes` bytes, if the lane allows any now. */
  reserve(lane: TrafficLane, maxBytes: number): void {
    if (this.#reserved.has(lane)) return;
    const [allowedMessages, allowedBytes] = [lane.allowedMessages(), lane.allowedBytes()];
    if (allowedMessages === 0 || allowedBytes === 0) return;
    const messages = allowedMessages === Infinity ? Infinity : 1;
    const bytes = allowedBytes === Infinity ? Infinity : Math.min(allowedBytes, maxBytes);
    lane.take(finite(messages), finite(bytes));
    this.#reserved.set(lane, { messages, bytes });
  }

  /** Gives everything back to the lanes. */
  release(): void {
    if (this.#reserved.size === 0) return;
    for (const [lane, { messages, bytes }] of this.#reserved) lane.take(-finite(messages), -finite(bytes));
    this.#reserved.clear();
  }
}

function finite(amount: number): number {
  return amount === Infinity ? 0 : amount;
}
