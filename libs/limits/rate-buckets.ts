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
  readonly #buckets = new Map<string, Bucket>();
  #sweptAtMs = -Infinity;

  /** The number of those that took a token within the last second. */
  size(nowMs: number): number {
    this.#dropIdle(nowMs);
    return this.#buckets.size;
  }

  /** Milliseconds until there is a token; 0 when there is one now. */
  waitMs(id: string, perSecond: number, nowMs: number): number {
    const bucket = this.#buckets.get(id);
    const tokens = bucket === undefined ? perSecond : tokensOf(bucket, perSecond, nowMs);
    return tokens >= 1 ? 0 : ((1 - tokens) / perSecond) * 1000;
  }

  take(id: string, perSecond: number, nowMs: number): void {
    // Once in the time after which all of them may be idle, so that it costs each taken token the same.
    if (nowMs - this.#sweptAtMs >= fullAfterMs) this.#dropIdle(nowMs);
    const bucket = this.#buckets.get(id);
    if (bucket === undefined) {
      this.#buckets.set(id, { tokens: perSecond - 1, filledAtMs: nowMs });
      return;
    }
    bucket.tokens = tokensOf(bucket, perSecond, nowMs) - 1;
    bucket.filledAtMs = nowMs;
  }

  #dropIdle(nowMs: number): void {
    this.#sweptAtMs = nowMs;
    for (const [id, { filledAtMs }] of this.#buckets) {
      if (nowMs - filledAtMs >= fullAfterMs) this.#buckets.delete(id);
    }
  }
}

function tokensOf({ tokens, filledAtMs }: Bucket, perSecond: number, nowMs: number): number {
  const elapsedMs = Math.max(0, nowMs - filledAtMs);
  return Math.min(perSecond, tokens + (elapsedMs * perSecond) / 1000);
}
