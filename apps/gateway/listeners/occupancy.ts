export interface OccupancyBounds {
  /** The maximum number held at once. */
  bound: number;
  /** Milliseconds after which everything kept back is free again. */
  recoveryMs: number;
  /** Milliseconds of a monotonic clock. */
  now: () => number;
}

/**
 * The use of a bounded resource by one client address. A wasted unit is kept back and becomes free at an even
 * rate, so the bound limits the units held at once, and those wasted in `recoveryMs`.
 */
export class Occupancy {
  #held = 0;
  #kept = 0;
  /** When the kept ones were last reduced; not used while there are none. */
  #atMs = 0;

  constructor(private readonly bounds: OccupancyBounds) {}

  get held(): number {
    return this.#held;
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
    if (this.#kept === 0) this.#atMs = this.bounds.now();
    this.#recover();
    this.#kept += 1;
  }

  #recover(): void {
    // Nothing is kept back, so the time does not matter: most addresses waste nothing.
    if (this.#kept === 0) return;
    const { bound, recoveryMs, now } = this.bounds;
    const nowMs = now();
    this.#kept = Math.max(0, this.#kept - ((nowMs - this.#atMs) / recoveryMs) * bound);
    this.#atMs = nowMs;
  }
}
