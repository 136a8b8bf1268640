/** 64-bit floats of a bucket: its rate in tokens a second (NaN: no limit), its tokens, and when they were counted, in milliseconds. */
export const tokenBucketFields = 3;

/**
 * Allows so many of something a second, and what was not used of the last second at once. A bucket starts full. Time
 * comes in from outside, in milliseconds of `performance.now()`. The bucket lies in memory that the native engine shares
 * (libs/engine/native/src/token_bucket.h): both take from it, on the same thread.
 */
export class TokenBucket {
  readonly #perSecondAt: number;
  readonly #tokensAt: number;
  readonly #filledAtMsAt: number;

  /** It lies in `memory` from `offset` on, and has no limit at first. */
  constructor(
    private readonly memory: Float64Array,
    offset: number,
  ) {
    this.#perSecondAt = offset;
    this.#tokensAt = offset + 1;
    this.#filledAtMsAt = offset + 2;
    memory[this.#perSecondAt] = NaN;
  }

  get isLimited(): boolean {
    return !Number.isNaN(this.memory[this.#perSecondAt]);
  }

  /** Null: no limit. A bucket whose rate stays keeps its tokens; with a new rate it is full. */
  setRate(perSecond: number | null, nowMs: number): void {
    if (perSecond === this.memory[this.#perSecondAt]) return;
    this.memory[this.#perSecondAt] = perSecond ?? NaN;
    this.memory[this.#tokensAt] = perSecond ?? 0;
    this.memory[this.#filledAtMsAt] = nowMs;
  }

  /** Whole tokens that can be taken now. */
  available(nowMs: number): number {
    const { memory } = this;
    const perSecond = memory[this.#perSecondAt] ?? NaN;
    if (Number.isNaN(perSecond)) return Infinity;
    const elapsedMs = nowMs - (memory[this.#filledAtMsAt] ?? 0);
    if (elapsedMs > 0) {
      const tokens = (memory[this.#tokensAt] ?? 0) + (elapsedMs * perSecond) / 1000;
      memory[this.#tokensAt] = Math.min(perSecond, tokens);
      memory[this.#filledAtMsAt] = nowMs;
    }
    return Math.max(0, Math.floor(memory[this.#tokensAt] ?? 0));
  }

  /** May take more than is available: nothing is available then until that much has come in. */
  take(count: number): void {
    if (this.isLimited) this.memory[this.#tokensAt] = (this.memory[this.#tokensAt] ?? 0) - count;
  }
}
