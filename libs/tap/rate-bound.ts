/** Bounds the number and the total size of items in each second. The last item may exceed the size. */
export class RateBound {
  #secondEndsAtMs = -Infinity;
  #count = 0;
  #size = 0;

  constructor(private readonly most: { count: number; size: number }) {}

  /** Whether no more items may pass in this second; `nowMs` must always be of the same clock. */
  isReached(nowMs: number): boolean {
    if (nowMs >= this.#secondEndsAtMs) return false;
    return this.#count >= this.most.count || this.#size >= this.most.size;
  }

  /** Counts a passed item. */
  add(size: number, nowMs: number): void {
    if (nowMs >= this.#secondEndsAtMs) {
      this.#secondEndsAtMs = nowMs + 1000;
      this.#count = 0;
      this.#size = 0;
    }
    this.#count += 1;
    this.#size += size;
  }
}
