import type { AbortNotice } from '#libs/async';
import { RateBuckets } from './rate-buckets.js';
import type {
  AcquireResult,
  ConnectionLimiter,
  LimiterCounts,
  LimiterStatus,
  LimitReadings,
  SlotRequest,
} from './connection-limits.js';
import { countedLimits } from './counted-limits.js';
import { HeldSlots } from './held-slots.js';
import { limitReadings } from './limit-readings.js';
import { abortedRequest, rateRefusal, limitRefusal } from './limit-refusals.js';

export interface LocalConnectionLimiterOptions {
  /** Milliseconds of a monotonic clock. */
  now: () => number;
}

/**
 * Counts exactly within this gateway: checking and taking is one synchronous step, so two requests cannot get
 * the same last slot. Every connection is counted under every count, limited or not, so that a limit set
 * later includes open connections.
 */
export class LocalConnectionLimiter implements ConnectionLimiter {
  readonly #slots = new HeldSlots();
  readonly #rates = new RateBuckets();

  constructor(private readonly options: LocalConnectionLimiterOptions) {}

  status(): LimiterStatus {
    return { scope: 'gateway', gateways: 1 };
  }

  acquire(request: SlotRequest, signal?: AbortNotice): ReturnType<ConnectionLimiter['acquire']> {
    return signal?.aborted === true ? abortedRequest() : this.#take(request);
  }

  read(request: SlotRequest): Promise<LimitReadings> {
    const counted = countedLimits(request);
    const perSecond = request.tenant.limits.connectionsPerSecond;
    const waitMs = this.#waitMs(request, this.options.now());
    const counts = counted.map((count) => this.#slots.countOf(count));
    return Promise.resolve(limitReadings(counted, counts, perSecond === null ? null : { perSecond, waitMs }));
  }

  counts(): LimiterCounts {
    return { rates: this.#rates.size(this.options.now()), ...this.#slots.counts() };
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  #take(request: SlotRequest): AcquireResult {
    const { id: tenantId, limits } = request.tenant;
    const perSecond = limits.connectionsPerSecond;
    const nowMs = this.options.now();
    const waitMs = this.#waitMs(request, nowMs);
    if (waitMs > 0) return rateRefusal(waitMs);
    const taken = this.#slots.take(countedLimits(request));
    if (!taken.ok) return limitRefusal(taken.full);
    if (perSecond !== null) this.#rates.take(tenantId, perSecond, nowMs);
    return taken;
  }

  #waitMs({ tenant }: SlotRequest, nowMs: number): number {
    const perSecond = tenant.limits.connectionsPerSecond;
    return perSecond === null ? 0 : this.#rates.waitMs(tenant.id, perSecond, nowMs);
  }
}
