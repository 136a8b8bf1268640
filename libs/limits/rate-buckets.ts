interface Bucket {
  tokens: number;
  filledAtMs: number;
}

const fullAfterMs = 1000;

/**
 * A token bucket for each tenant or route with a rate. It holds the tokens of one second, so it is full again
 * after a second without a token taken. A full bucket is equivalent to none, so full buckets are dropped.
 */
export class RateBuckets {
  // Ordered by last use, so that idle ones come first.
  readonly #buckets = new Map<string, Bucket>();

  /** The number of those that took a token within the last second. */
  size(nowMs: number): number {
    this.#dropIdle(nowMs);
    return this.#buckets.size;
  }

  /** Milliseconds until there is a token; 0 when there is one now. */
  waitMs(id: string, perSecond: number, nowMs: number): number {
    const tokens = this.#tokens(id, perSecond, nowMs);
    return tokens >= 1 ? 0 : ((1 - tokens) / perSecond) * 1000;
  }

  take(id: string, perSecond: number, nowMs: number): void {
    const tokens = this.#tokens(id, perSecond, nowMs) - 1;
    this.#buckets.delete(id);
    this.#buckets.set(id, { tokens, filledAtMs: nowMs });
    this.#dropIdle(nowMs);
  }

  #tokens(id: string, perSecond: number, nowMs: number): number {
    const bucket = this.#buckets.get(id);
    if (bucket === undefined) return perSecond;
    const elapsedMs = Math.max(0, nowMs - bucket.filledAtMs);
    return Math.min(perSecond, bucket.tokens + (elapsedMs * perSecond) / 1000);
  }

  #dropIdle(nowMs: number): void {
    for (const [id, { filledAtMs }] of this.#buckets) {
      if (nowMs - filledAtMs < fullAfterMs) return;
      this.#buckets.delete(id);
    }
  }
}
