import type { TrafficLane } from '../../libs/tunnel/traffic-lane.js';
import type { TunnelFactory } from '../support/tunnel-implementations.js';

/** How many messages and bytes may pass in each turn of the event loop: in the first, the second, … and over again. */
export interface Allowances {
  messages: number[];
  bytes: number[];
}

// Where the memory of a lane has its buckets; the second field of each is what may pass.
const messageBucketAt = 2;
const byteBucketAt = 5;
const servingIntervalMs = 25;

/**
 * The rate of a lane, which lets little pass in one turn of the event loop, and other amounts in the next ones. It is
 * written into the memory of the lane, so that it holds in each implementation.
 */
export class FitfulRate {
  #allowances: Allowances | null = null;
  #turn = 0;
  #next: NodeJS.Immediate | null = null;

  constructor(
    private readonly lane: TrafficLane,
    private readonly factory: TunnelFactory,
  ) {}

  /** Null: no limit. The last ones of an allowance let everything pass, or nothing ever would. */
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

  /** Fills a bucket that time does not fill. */
  #fill(at: number, allowances: readonly number[] | undefined): void {
    const allowed = allowances?.[this.#turn % allowances.length];
    this.lane.memory.set([allowed === undefined ? NaN : 1, allowed ?? 0, Infinity], at);
  }
}
