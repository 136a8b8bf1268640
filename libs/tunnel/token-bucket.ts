/**
 * The number of 64-bit floats of a bucket: its rate in tokens per second (NaN: no limit), its tokens, and the
 * time at which they were counted, in milliseconds.
 */
export const tokenBucketFields = 3;

/**
 * Allows a number of tokens per second. Tokens that were not used during the last second can be used at once.
 * A bucket starts full. The caller passes the time in, in milliseconds of `performance.now()`. The bucket
 * lies in memory that it shares with the native engine (libs/engine/native/src/token_bucket.h): both take
 * tokens from it, on the same thread.
 */
export class TokenBucket {
  readonly #perSecondAt: number;
  readonly #tokensAt: number;
  readonly #filledAtMsAt: number;

  /** The bucket occupies `memory` from `offset` on. It has no limit at first. */
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

  /**
   * Sets the rate; null means no limit. If the rate does not change, the bucket keeps its tokens. With a new
   * rate, the bucket is full.
   */
  setRate(perSecond: number | null, nowMs: number): void {
    if (perSecond === this.memory[this.#perSecondAt]) return;
    this.memory[this.#perSecondAt] = perSecond ?? NaN;
    this.memory[this.#tokensAt] = perSecond ?? 0;
    this.memory[this.#filledAtMsAt] = nowMs;
  }

  /** Whether no taken token is missing any more. */
  isFull(nowMs: number): boolean {
    return !this.isLimited || this.available(nowMs) >= (this.memory[this.#perSecondAt] ?? 0);
  }

  /** The number of whole tokens that can be taken now. */
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

  /**
   * Takes tokens. It may take more than are available; then no token is available until the bucket has made
   * up for them.
   */
  take(count: number): void {
    if (this.isLimited) this.memory[this.#tokensAt] = (this.memory[this.#tokensAt] ?? 0) - count;
  }
}
