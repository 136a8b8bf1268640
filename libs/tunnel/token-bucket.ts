/**
 * Allows so many of something a second, and what was not used of the last second at once. A bucket starts full. Time
 * comes in from outside, in milliseconds of any steady clock.
 */
export class TokenBucket {
  #tokens: number;
  #filledAtMs: number;

  constructor(
    readonly perSecond: number,
    nowMs: number,
  ) {
    this.#tokens = perSecond;
    this.#filledAtMs = nowMs;
  }

  /** Whole tokens that can be taken now. */
  available(nowMs: number): number {
    const elapsedMs = nowMs - this.#filledAtMs;
    if (elapsedMs > 0) {
      this.#tokens = Math.min(this.perSecond, this.#tokens + (elapsedMs * this.perSecond) / 1000);
      this.#filledAtMs = nowMs;
    }
    return Math.max(0, Math.floor(this.#tokens));
  }

  /** May take more than is available: nothing is available then until that much has come in. */
  take(count: number): void {
    this.#tokens -= count;
  }
}
