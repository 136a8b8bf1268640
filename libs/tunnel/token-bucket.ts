/** 64-bit floats of a bucket: its rate in tokens a second, its tokens, and when they were counted, in milliseconds. */
export const tokenBucketFields = 3;

const perSecondAt = 0;
const tokensAt = 1;
const filledAtMsAt = 2;

/**
 * Allows so many of something a second, and what was not used of the last second at once. A bucket starts full. Time
 * comes in from outside, in milliseconds of `performance.now()`. The bucket lies in memory that the native engine shares
 * (libs/engine/native/src/token_bucket.h): both take from it, on the same thread.
 */
export class TokenBucket {
  /** It lies in `memory` from `offset` on, and has no limit at first. */
  constructor(
    private readonly memory: Float64Array,
    private readonly offset: number,
  ) {
    memory[offset + perSecondAt] = NaN;
  }

  get isLimited(): boolean {
    return !Number.isNaN(this.#perSecond);
  }

  /** Null: no limit. A bucket whose rate stays keeps its tokens; with a new rate it is full. */
  setRate(perSecond: number | null, nowMs: number): void {
    if (perSecond === this.#perSecond) return;
    this.memory[this.offset + perSecondAt] = perSecond ?? NaN;
    this.memory[this.offset + tokensAt] = perSecond ?? 0;
    this.memory[this.offset + filledAtMsAt] = nowMs;
  }

  /** Whole tokens that can be taken now. */
  available(nowMs: number): number {
    if (!this.isLimited) return Infinity;
    const elapsedMs = nowMs - this.#filledAtMs;
    if (elapsedMs > 0) {
      this.#tokens = Math.min(this.#perSecond, this.#tokens + (elapsedMs * this.#perSecond) / 1000);
      this.#filledAtMs = nowMs;
    }
    return Math.max(0, Math.floor(this.#tokens));
  }

  /** May take more than is available: nothing is available then until that much has come in. */
  take(count: number): void {
    if (this.isLimited) this.#tokens -= count;
  }

  get #perSecond(): number {
    return this.memory[this.offset + perSecondAt] ?? NaN;
  }

  get #tokens(): number {
    return this.memory[this.offset + tokensAt] ?? 0;
  }

  set #tokens(tokens: number) {
    this.memory[this.offset + tokensAt] = tokens;
  }

  get #filledAtMs(): number {
    return this.memory[this.offset + filledAtMsAt] ?? 0;
  }

  set #filledAtMs(nowMs: number) {
    this.memory[this.offset + filledAtMsAt] = nowMs;
  }
}
