import { errorMessage, ConcurrencyLimit, type AbortNotice } from '#libs/async';
import type { Logger } from '#libs/redis';
import type {
  AcquireResult,
  ConnectionLimiter,
  LimiterCounts,
  LimiterStatus,
  LimitReadings,
  SlotRequest,
} from '../connection-limits.js';
import { countedLimits, type CountedLimit } from '../counted-limits.js';
import { limitReadings } from '../limit-readings.js';
import { composeBatch } from './compose-batch.js';
import { GatewayShare } from './gateway-share.js';
import { Lease } from './lease.js';
import { RedisSlots, type LeaseTerms, type SlotsReading } from './redis-slots.js';
import { resultsOf, SlotBatches } from './slot-batches.js';
import { SlotReconciler } from './slot-reconciler.js';
import { fieldOf, type TenantSlots } from './tenant-slots.js';
import type { WaitingRequest } from './waiting-request.js';

export interface FleetConnectionLimiterOptions {
  url: string;
  /** The prefix of every name in Redis. */
  prefix: string;
  logger: Logger;
  /**
   * The time after its last renewal for which the slots of a gateway are still counted; 10,000 by default.
   */
  leaseMs?: number;
  /** Timeout of one request to Redis; 5,000 by default. */
  timeoutMs?: number;
  /** Milliseconds of a monotonic clock. */
  now: () => number;
}

const defaultLeaseMs = 10_000;
const defaultTimeoutMs = 5000;
// Further requests wait in this process, so that requests to a busy Redis do not time out and make it look
// unreachable.
const maxConcurrentRequests = 100;
// A lease survives a few failed renewals.
const renewalsPerLease = 5;

/**
 * Counts exactly over the fleet while Redis answers: the admissions of one turn of the event loop run one
 * script there for each tenant, and a slot is counted under the lease of its gateway. While Redis is down, a
 * gateway admits within its share of the free slots (decision 0020).
 */
export class FleetConnectionLimiter implements ConnectionLimiter {
  readonly #options: FleetConnectionLimiterOptions;
  readonly #slots: RedisSlots;
  readonly #lease: Lease;
  readonly #reconciler: SlotReconciler;
  readonly #share: GatewayShare;
  readonly #batches: SlotBatches;
  readonly #reads = new ConcurrencyLimit(maxConcurrentRequests);
  readonly #settleMs: number;
  #isReachable = false;
  #settledAtMs = 0;

  constructor(options: FleetConnectionLimiterOptions) {
    const { url, prefix, logger, now, leaseMs = defaultLeaseMs, timeoutMs = defaultTimeoutMs } = options;
    this.#options = options;
    const onReconnect = (): void => void this.#lease.renew();
    this.#slots = new RedisSlots({ url, prefix, logger, timeoutMs, leaseMs, onReconnect });
    const renewEveryMs = leaseMs / renewalsPerLease;
    this.#settleMs = renewEveryMs * 1.5;
    this.#lease = new Lease({
      slots: this.#slots,
      leaseMs,
      renewEveryMs,
      now,
      onRenewed: ({ isNew }) => this.#onRenewed(isNew),
      onFailed: (reason) => this.#onAway(reason),
    });
    this.#share = new GatewayShare({ gateways: () => this.#lease.gateways, now });
    this.#batches = new SlotBatches({
      ask: (tenant, requests) => this.#inFleet(tenant, (current) => this.#request(tenant, current, requests)),
      answerAlone: ({ tenant, counted, connectionsPerSecond }) =>
        this.#share.acquire(tenant, counted, connectionsPerSecond),
      maxRequests: maxConcurrentRequests,
    });
    this.#reconciler = new SlotReconciler({
      slots: this.#slots,
      terms: () => (this.#isReachable ? this.#lease.terms : null),
      onAway: (reason) => this.#onAway(reason),
    });
  }

  /** Resolves once slots are counted for the fleet, or Redis could not be reached. */
  start(): Promise<void> {
    return this.#lease.renew();
  }

  status(): LimiterStatus {
    return { scope: this.#terms() ? 'fleet' : 'gateway', gateways: this.#lease.gateways };
  }

  acquire(request: SlotRequest, signal?: AbortNotice): Promise<AcquireResult> {
    const tenant = this.#reconciler.tenant(request.tenant.id);
    tenant.pending += 1;
    return new Promise((resolve) => {
      this.#batches.add({
        tenant,
        counted: countedLimits(request),
        connectionsPerSecond: request.tenant.limits.connectionsPerSecond,
        signal,
        settle: (result) => {
          tenant.pending -= 1;
          this.#reconciler.forgetIfIdle(tenant);
          resolve(result);
        },
      });
    });
  }

  async read(request: SlotRequest): Promise<LimitReadings> {
    const counted = countedLimits(request);
    const perSecond = request.tenant.limits.connectionsPerSecond;
    const tenant = this.#reconciler.tenant(request.tenant.id);
    tenant.pending += 1;
    const readings = await this.#reads.run(() =>
      this.#inFleet(tenant, (terms) => this.#readAt(terms, tenant, counted, perSecond)),
    );
    tenant.pending -= 1;
    const result = readings ?? this.#share.read(tenant, counted, perSecond);
    this.#reconciler.forgetIfIdle(tenant);
    return result;
  }

  counts(): LimiterCounts {
    const { tenant, route, key, address } = this.#reconciler.countByKind();
    return {
      connections: this.#reconciler.countSlots(),
      tenants: tenant,
      routes: route,
      keys: key,
      addresses: address,
      rates: this.#share.rates,
    };
  }

  async close(): Promise<void> {
    await this.#reconciler.stop();
    await this.#lease.stop();
    await this.#slots.close();
  }

  /** Null while this gateway counts alone. */
  #terms(): LeaseTerms | null {
    if (!this.#isReachable || this.#options.now() < this.#settledAtMs) return null;
    return this.#lease.terms;
  }

  /** Null when Redis cannot answer. */
  async #inFleet<Result>(
    tenant: TenantSlots,
    ask: (terms: LeaseTerms) => Promise<Result | 'lost' | null>,
  ): Promise<Result | null> {
    // The second attempt is for slots that Redis lost: they are written again before it.
    for (let attempt = 0; attempt < 2; attempt += 1) {
      if (!this.#terms() || !(await this.#reconciler.reconcile(tenant))) return null;
      const terms = this.#terms();
      if (!terms) return null;
      const result = await ask(terms);
      if (result !== 'lost') return result;
      tenant.isDirty = true;
    }
    return null;
  }

  async #request(
    tenant: TenantSlots,
    terms: LeaseTerms,
    requests: readonly WaitingRequest[],
  ): Promise<AcquireResult[] | 'lost' | null> {
    const batch = composeBatch(tenant, requests);
    const asked = this.#slots.acquire(terms, batch);
    tenant.inFlight.add(asked);
    // Redis may count a slot although its answer does not arrive.
    tenant.mayBeInRedis = true;
    try {
      // The slots are recorded as held before anything else runs: the reconciler waits for this answer and
      // then writes the held slots.
      const answer = await asked;
      tenant.inFlight.delete(asked);
      if (answer.kind === 'lost') return 'lost';
      const results = resultsOf(batch, answer, tenant);
      if (tenant.isAbsentFromRedis) tenant.mayBeInRedis = false;
      return results;
    } catch (error) {
      tenant.inFlight.delete(asked);
      tenant.isDirty = true;
      this.#onAway(errorMessage(error));
      return null;
    }
  }

  async #readAt(
    terms: LeaseTerms,
    tenant: TenantSlots,
    counted: readonly CountedLimit[],
    perSecond: number | null,
  ): Promise<LimitReadings | 'lost' | null> {
    try {
      const answer = await this.#slots.read(terms, slotsReading(tenant, counted, perSecond));
      if (answer.kind === 'lost') return 'lost';
      const { totals, waitMs } = answer;
      return limitReadings(counted, totals, perSecond === null ? null : { perSecond, waitMs });
    } catch (error) {
      this.#onAway(errorMessage(error));
      return null;
    }
  }

  #onRenewed(isNew: boolean): void {
    const wasReachable = this.#isReachable;
    this.#isReachable = true;
    if (isNew) {
      // Redis lost the lease of this gateway, and perhaps all leases: each gateway needs time to write its
      // slots again.
      this.#settledAtMs = this.#options.now() + this.#settleMs;
    }
    if (!wasReachable || isNew) this.#reconciler.markAllDirty();
    if (!wasReachable) this.#options.logger.info({}, 'limits are counted for the whole fleet');
    this.#reconciler.reconcileSome();
  }

  #onAway(reason: string): void {
    if (this.#isReachable) {
      this.#options.logger.warn({ reason }, 'limits are counted in this gateway alone');
    }
    this.#isReachable = false;
  }
}

function slotsReading(
  tenant: TenantSlots,
  counted: readonly CountedLimit[],
  connectionsPerSecond: number | null,
): SlotsReading {
  const fields = counted.map((count) => ({ field: fieldOf(count), limit: count.limit }));
  const heldByTenant = tenant.heldUnder(fields[0]?.field ?? '');
  return { tenantId: tenant.tenantId, fields, connectionsPerSecond, heldByTenant };
}
