/** Bounds how many things pass in each second, and how large they are together: by at most the last one over the size. */
export class RateBound {
  #secondEndsAtMs = -Infinity;
  #count = 0;
  #size = 0;

  constructor(private readonly most: { count: number; size: number }) {}

  /** Whether nothing more may pass in this second; `nowMs` is of any clock, but always of the same one. */
  isReached(nowMs: number): boolean {
    if (nowMs >= this.#secondEndsAtMs) return false;
    return this.#count >= this.most.count || this.#size >= this.most.size;
  }

  /** Counts one that passes. */
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
