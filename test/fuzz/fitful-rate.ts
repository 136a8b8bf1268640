import type { TrafficLane } from '../../libs/tunnel/traffic-lane.js';
import type { TunnelFactory } from '../support/tunnel-implementations.js';

/** The numbers of messages and bytes that may pass in each turn of the event loop; the lists are repeated. */
export interface Allowances {
  messages: number[];
  bytes: number[];
}

// The offsets of the buckets in the memory of a lane; the second field of a bucket is its allowance.
const messageBucketAt = 2;
const byteBucketAt = 5;
const servingIntervalMs = 25;

/** The lane that limits messages, and the one that limits bytes. */
export interface FitfulLanes {
  messages: TrafficLane;
  bytes: TrafficLane;
}

/**
 * Rates that allow different amounts in successive turns of the event loop. They are written into the memory
 * of the lanes, so that they apply to each implementation.
 */
export class FitfulRate {
  #allowances: Allowances | null = null;
  #turn = 0;
  #next: NodeJS.Immediate | null = null;

  constructor(
    private readonly lanes: FitfulLanes,
    private readonly factory: TunnelFactory,
  ) {}

  /** Null: no limit. The last entry of each list must let everything pass, or the run would never end. */
  set allowances(allowances: Allowances | null) {
    this.#allowances = allowances;
    if (!this.#next) this.#apply();
  }

  stop(): void {
    if (this.#next) clearImmediate(this.#next);
    this.#next = null;
  }

  #apply(): void {
    this.#turn += 1;
    const { messages, bytes } = this.lanes;
    this.#fill(messages, messageBucketAt, this.#allowances?.messages);
    this.#fill(bytes, byteBucketAt, this.#allowances?.bytes);
    const isInLine = messages.waiting + bytes.waiting > 0;
    if (isInLine) this.factory.advanceClock(servingIntervalMs);
    this.#next = this.#allowances || isInLine ? setImmediate(() => this.#apply()) : null;
  }

  /** Fills a bucket that is not refilled over time. */
  #fill({ memory }: TrafficLane, at: number, allowances: readonly number[] | undefined): void {
    const allowed = allowances?.[this.#turn % allowances.length];
    memory.set([allowed === undefined ? NaN : 1, allowed ?? 0, Infinity], at);
  }
}
