export interface OccupancyBounds {
  /** How many may be held at once. */
  bound: number;
  /** Milliseconds in which everything that was kept back becomes free again. */
  recoveryMs: number;
  /** Milliseconds of a clock that never goes back. */
  now: () => number;
}

/**
 * How much of a bounded resource one client address holds. What was wasted is kept back for a while and returns evenly, so that the
 * bound holds for what is held at once, and for what is wasted in `recoveryMs`.
 */
export class Occupancy {
  #held = 0;
  #kept = 0;
  #atMs: number;

  constructor(private readonly bounds: OccupancyBounds) {
    this.#atMs = bounds.now();
  }

  get isFull(): boolean {
    this.#recover();
    return this.#held + this.#kept > this.bounds.bound - 1;
  }

  get isEmpty(): boolean {
    this.#recover();
    return this.#held === 0 && this.#kept === 0;
  }

  take(): void {
    this.#held += 1;
  }

  giveBack({ isWasted }: { isWasted: boolean }): void {
    this.#held -= 1;
    if (!isWasted) return;
    this.#recover();
    this.#kept += 1;
  }

  #recover(): void {
    const { bound, recoveryMs, now } = this.bounds;
    const nowMs = now();
    this.#kept = Math.max(0, this.#kept - ((nowMs - this.#atMs) / recoveryMs) * bound);
    this.#atMs = nowMs;
  }
}
