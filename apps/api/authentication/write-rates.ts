import { Inject, Injectable } from '@nestjs/common';
import type { ApiSettings } from '#libs/settings';
import { API_SETTINGS } from '../composition/injection-tokens.js';
import { isOperator, type Principal } from '../http/principal.js';
import { ProblemError } from '../http/problem-error.js';

// The largest burst, in seconds of the rate.
const burstSeconds = 2;
// A write of 64 long URLs costs the database about as much as ten small writes.
const bytesPerWrite = 16 * 1024;

interface Bucket {
  tokens: number;
  filledAtMs: number;
}

/** Limits the rate of writes of each tenant's own keys, in this process. Operators are not limited. */
@Injectable()
export class WriteRates {
  readonly #perSecond: number;
  readonly #capacity: number;
  /** Least recently used first. A tenant without an entry has a full bucket. */
  readonly #buckets = new Map<string, Bucket>();

  constructor(@Inject(API_SETTINGS) { tenantWritesPerSecond }: Pick<ApiSettings, 'tenantWritesPerSecond'>) {
    this.#perSecond = tenantWritesPerSecond;
    this.#capacity = tenantWritesPerSecond * burstSeconds;
  }

  /** Counts a write with a body of `bodyBytes`. Throws `write_rate` when the tenant exceeds its rate. */
  take(principal: Principal, bodyBytes: number, nowMs = performance.now()): void {
    if (isOperator(principal) || this.#perSecond === 0) return;
    const { tenantId } = principal;
    this.#forgetFull(nowMs);
    const tokens = this.#tokensOf(tenantId, nowMs);
    // A write that costs more than the capacity passes when the bucket is full, and leaves it negative.
    const cost = 1 + Math.floor(bodyBytes / bytesPerWrite);
    const needed = Math.min(cost, this.#capacity);
    if (tokens < needed) throw tooMany((needed - tokens) / this.#perSecond);
    this.#buckets.delete(tenantId);
    this.#buckets.set(tenantId, { tokens: tokens - cost, filledAtMs: nowMs });
  }

  #tokensOf(tenantId: string, nowMs: number): number {
    const bucket = this.#buckets.get(tenantId);
    if (bucket === undefined) return this.#capacity;
    const filled = ((nowMs - bucket.filledAtMs) * this.#perSecond) / 1000;
    return Math.min(this.#capacity, bucket.tokens + filled);
  }

  // Least recently used buckets come first, so this stops at the first one that is not full.
  #forgetFull(nowMs: number): void {
    for (const tenantId of this.#buckets.keys()) {
      if (this.#tokensOf(tenantId, nowMs) < this.#capacity) return;
      this.#buckets.delete(tenantId);
    }
  }
}

function tooMany(waitSeconds: number): ProblemError {
  const headers = { 'Retry-After': String(Math.max(1, Math.ceil(waitSeconds))) };
  return new ProblemError('write_rate', {}, headers);
}
