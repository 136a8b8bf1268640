import { RateBuckets } from '#libs/limits';
import type { PublishedRoute, PublishedTenant } from '#libs/contract';
import type { Refusal } from '../refusal.js';

interface RatedRequest {
  tenant: Pick<PublishedTenant, 'id'> & { limits: Pick<PublishedTenant['limits'], 'requestsPerSecond'> };
  route: Pick<PublishedRoute, 'id' | 'requestsPerSecond'>;
}

/**
 * The rates of ordinary requests of tenants and routes. They hold in this process: a question to the
 * fleet for each request would cost more than most requests do.
 */
export class RequestRates {
  readonly #buckets = new RateBuckets();

  /** Counts a request; the refusal if there are too many. A refused request is not counted. */
  take({ tenant, route }: RatedRequest): Refusal | null {
    const nowMs = performance.now();
    const rates = [
      { limit: 'tenant', id: tenant.id, perSecond: tenant.limits.requestsPerSecond },
      { limit: 'route', id: route.id, perSecond: route.requestsPerSecond },
    ];
    for (const { limit, id, perSecond } of rates) {
      const waitMs = perSecond === null ? 0 : this.#buckets.waitMs(id, perSecond, nowMs);
      if (waitMs === 0) continue;
      const detail = `the rate of the ${limit} is reached`;
      return { code: 'request_rate', limit, detail, retryAfterSeconds: waitMs / 1000 };
    }
    for (const { id, perSecond } of rates) {
      if (perSecond !== null) this.#buckets.take(id, perSecond, nowMs);
    }
    return null;
  }
}
