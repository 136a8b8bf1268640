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

/**
 * A rate that allows different amounts in successive turns of the event loop. It is written into the memory
 * of the lane, so that it applies to each implementation.
 */
export class FitfulRate {
  #allowances: Allowances | null = null;
  #turn = 0;
  #next: NodeJS.Immediate | null = null;

  constructor(
    private readonly lane: TrafficLane,
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
    this.#fill(messageBucketAt, this.#allowances?.messages);
    this.#fill(byteBucketAt, this.#allowances?.bytes);
    const isInLine = this.lane.waiting > 0;
    if (isInLine) this.factory.advanceClock(servingIntervalMs);
    this.#next = this.#allowances || isInLine ? setImmediate(() => this.#apply()) : null;
  }

  /** Fills a bucket that is not refilled over time. */
  #fill(at: number, allowances: readonly number[] | undefined): void {
    const allowed = allowances?.[this.#turn % allowances.length];
    this.lane.memory.set([allowed === undefined ? NaN : 1, allowed ?? 0, Infinity], at);
  }
}
