import { Allowance } from './allowance.js';
import { LaneReservations } from './lane-reservations.js';
import type { LaneWaiter, TrafficLane } from './traffic-lane.js';

/** The lanes of one direction: the traffic that they allow, and the line in which the direction waits. */
export class DirectionLanes {
  readonly allowance: Allowance;
  readonly #reservations = new LaneReservations();
  // Null: the direction waits for no rate.
  #waitingIn: TrafficLane | null = null;
  // The lane whose turn it is for the direction at the moment.
  #servedBy: TrafficLane | null = null;
  #messages = 0;
  #bytes = 0;

  constructor(
    private lanes: readonly TrafficLane[],
    private readonly waiter: LaneWaiter,
  ) {
    this.allowance = new Allowance(lanes, this.#reservations);
  }

  get isWaiting(): boolean {
    return this.#waitingIn !== null;
  }

  /** Counts the traffic since the last call. The numbers are those of the direction so far. */
  countUpTo(messages: number, bytes: number): void {
    for (const lane of this.lanes) lane.count(messages - this.#messages, bytes - this.#bytes);
    this.#messages = messages;
    this.#bytes = bytes;
  }

  /** Waits for the lane that ended the last step, in which `heldBytes` did not pass. */
  wait(heldBytes: number): void {
    const lane = this.allowance.narrowest;
    if (!lane) return;
    if (this.#servedBy && this.#servedBy !== lane) this.#reservations.reserve(this.#servedBy, heldBytes);
    if (this.#waitingIn !== lane) this.leaveLine();
    this.#waitingIn = lane;
    lane.wait(this.waiter);
  }

  /** Must be called when the lane that the direction waits for has served it: goes to the end of the line. */
  waitAgain(): void {
    this.#waitingIn?.wait(this.waiter);
  }

  /** Runs the turn that this lane has given to the direction. */
  inTurn(pass: () => void): void {
    this.#servedBy = this.#waitingIn;
    pass();
    this.#servedBy = null;
  }

  leaveLine(): void {
    this.#waitingIn?.leave(this.waiter);
    this.#waitingIn = null;
  }

  /** Must be called when the direction passes nothing more. */
  end(): void {
    this.leaveLine();
    this.#reservations.release();
  }

  /** Replaces the lanes. A direction that waits must try to pass its bytes. */
  replace(lanes: readonly TrafficLane[]): void {
    this.#reservations.release();
    this.lanes = lanes;
    this.allowance.setLanes(lanes);
  }
}
