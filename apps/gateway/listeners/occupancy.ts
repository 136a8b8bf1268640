export interface OccupancyBounds {
  /** How many may be held at once. */
  bound: number;
  /** Within how many milliseconds all that was kept back is free again. */
  recoveryMs: number;
  /** Milliseconds of a clock that never goes back. */
  now: () => number;
}

/**
 * What one client address holds of something, against a bound. What was put to no good use is kept back for a while and comes
 * back evenly: so the bound holds for how much is held at once, and for how much is wasted in `recoveryMs`.
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
