interface Bucket {
  tokens: number;
  filledAtMs: number;
}

const fullAfterMs = 1000;

/**
 * A token bucket for each tenant with a connect rate. It holds the tokens of one second, so it is full again
 * after a second without a connection. A full bucket is equivalent to none, so full buckets are dropped.
 */
export class ConnectRates {
  // Ordered by last use, so that idle ones come first.
  readonly #buckets = new Map<string, Bucket>();

  /** The number of tenants that took a token within the last second. */
  size(nowMs: number): number {
    this.#dropIdle(nowMs);
    return this.#buckets.size;
  }

  /** Milliseconds until the tenant has a token; 0 when there is one now. */
  waitMs(tenantId: string, perSecond: number, nowMs: number): number {
    const tokens = this.#tokens(tenantId, perSecond, nowMs);
    return tokens >= 1 ? 0 : ((1 - tokens) / perSecond) * 1000;
  }

  take(tenantId: string, perSecond: number, nowMs: number): void {
    const tokens = this.#tokens(tenantId, perSecond, nowMs) - 1;
    this.#buckets.delete(tenantId);
    this.#buckets.set(tenantId, { tokens, filledAtMs: nowMs });
    this.#dropIdle(nowMs);
  }

  #tokens(tenantId: string, perSecond: number, nowMs: number): number {
    const bucket = this.#buckets.get(tenantId);
    if (bucket === undefined) return perSecond;
    const elapsedMs = Math.max(0, nowMs - bucket.filledAtMs);
    return Math.min(perSecond, bucket.tokens + (elapsedMs * perSecond) / 1000);
  }

  #dropIdle(nowMs: number): void {
    for (const [tenantId, { filledAtMs }] of this.#buckets) {
      if (nowMs - filledAtMs < fullAfterMs) return;
      this.#buckets.delete(tenantId);
    }
  }
}
