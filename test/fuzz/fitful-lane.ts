import { TrafficLane, type LaneWaiter } from '../../libs/tunnel/traffic-lane.js';

/** How many messages and bytes may pass each time that the lane is asked: the first, the second, … and over again. */
export interface Allowances {
  messages: number[];
  bytes: number[];
}

/** A lane that lets little pass now and then, and has more in the next turn of the event loop. */
export class FitfulLane extends TrafficLane {
  /** Null: no limit. The last ones of an allowance let everything pass, or nothing ever would. */
  allowances: Allowances | null = null;
  #asked = 0;
  readonly #waiting = new Map<LaneWaiter, NodeJS.Immediate>();

  override get isLimited(): boolean {
    return this.allowances !== null;
  }

  override allowedBytes(): number {
    this.#asked += 1;
    return this.#current(this.allowances?.bytes);
  }

  /** Asked after the bytes. */
  override allowedMessages(): number {
    return this.#current(this.allowances?.messages);
  }

  override take(): void {
    // What is left over is not kept.
  }

  override wait(waiter: LaneWaiter): void {
    this.leave(waiter);
    const serve = (): void => {
      this.#waiting.delete(waiter);
      waiter.onAllowance();
    };
    this.#waiting.set(waiter, setImmediate(serve));
  }

  override leave(waiter: LaneWaiter): void {
    clearImmediate(this.#waiting.get(waiter));
    this.#waiting.delete(waiter);
  }

  #current(allowances: readonly number[] | undefined): number {
    return allowances?.[this.#asked % allowances.length] ?? Infinity;
  }
}
