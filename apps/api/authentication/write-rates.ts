import { Inject, Injectable } from '@nestjs/common';
import type { ApiSettings } from '#libs/settings';
import { API_SETTINGS } from '../composition/injection-tokens.js';
import { laneOf, type Principal } from '../http/principal.js';
import { ProblemError } from '../http/problem-error.js';

// The largest burst, in seconds of the rate.
const burstSeconds = 2;
// A write of 64 long URLs costs the database about as much as ten small writes.
const bytesPerWrite = 16 * 1024;

interface Bucket {
  tokens: number;
  filledAtMs: number;
}

/**
 * Limits the rate of writes of each tenant's own keys, and of each operator that is limited to tenants, in
 * this process. Operators of the platform are not limited.
 */
@Injectable()
export class WriteRates {
  readonly #perSecond: number;
  readonly #capacity: number;
  /** By lane, least recently used first. A lane without an entry has a full bucket. */
  readonly #buckets = new Map<string, Bucket>();

  constructor(@Inject(API_SETTINGS) { tenantWritesPerSecond }: Pick<ApiSettings, 'tenantWritesPerSecond'>) {
    this.#perSecond = tenantWritesPerSecond;
    this.#capacity = tenantWritesPerSecond * burstSeconds;
  }

  /** Counts a write with a body of `bodyBytes`. Throws `write_rate` when the tenant exceeds its rate. */
  take(principal: Principal, bodyBytes: number, nowMs = performance.now()): void {
    const lane = laneOf(principal);
    if (lane === null || this.#perSecond === 0) return;
    this.#forgetFull(nowMs);
    const tokens = this.#tokensOf(lane, nowMs);
    // A write that costs more than the capacity passes when the bucket is full, and leaves it negative.
    const cost = 1 + Math.floor(bodyBytes / bytesPerWrite);
    const needed = Math.min(cost, this.#capacity);
    if (tokens < needed) throw tooMany((needed - tokens) / this.#perSecond);
    this.#buckets.delete(lane);
    this.#buckets.set(lane, { tokens: tokens - cost, filledAtMs: nowMs });
  }

  #tokensOf(lane: string, nowMs: number): number {
    const bucket = this.#buckets.get(lane);
    if (bucket === undefined) return this.#capacity;
    const filled = ((nowMs - bucket.filledAtMs) * this.#perSecond) / 1000;
    return Math.min(this.#capacity, bucket.tokens + filled);
  }

  // Least recently used buckets come first, so this stops at the first one that is not full.
  #forgetFull(nowMs: number): void {
    for (const lane of this.#buckets.keys()) {
      if (this.#tokensOf(lane, nowMs) < this.#capacity) return;
      this.#buckets.delete(lane);
    }
  }
}

function tooMany(waitSeconds: number): ProblemError {
  const headers = { 'Retry-After': String(Math.max(1, Math.ceil(waitSeconds))) };
  return new ProblemError('write_rate', {}, headers);
}
