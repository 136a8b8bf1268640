import { errorMessage, ConcurrencyLimit, type AbortNotice } from '#libs/async';
import type { Logger } from '#libs/redis';
import { ConnectRates } from '../connect-rates.js';
import type {
  AcquireResult,
  ConnectionLimiter,
  LimiterCounts,
  LimiterStatus,
  Slot,
  SlotRequest,
} from '../connection-limits.js';
import { countedLimits, type CountedLimit } from '../counted-limits.js';
import { abortedRequest, limitRefusal, rateRefusal } from '../limit-refusals.js';
import { Lease } from './lease.js';
import { RedisSlots, type AcquireAnswer, type LeaseTerms } from './redis-slots.js';
import { Statements } from './slot-reconciler.js';
import type { TenantSlots } from './tenant-slots.js';

export interface FleetConnectionLimiterOptions {
  url: string;
  /** What every name in Redis starts with. */
  prefix: string;
  logger: Logger;
  /** How long after its last renewal the slots of a gateway are still counted; 10,000 unless told. */
  leaseMs?: number;
  /** How long Redis may take for one request; 5,000 unless told. */
  timeoutMs?: number;
  /** Milliseconds of a clock that never goes back. */
  now: () => number;
}

const usualLeaseMs = 10_000;
const usualTimeoutMs = 5000;
// Of a crowd that comes at once the rest waits here, not there: a Redis that has much to do is not taken for one that is away.
const maxConcurrentRequests = 100;
// So that a lease outlives some renewals that fail.
const renewalsInALease = 5;

/**
 * Exact over the fleet while Redis answers: each admission is one script there, and a slot is counted under its gateway's
 * lease. While Redis is away, a gateway admits within its part of what was free (decision 0020).
 */
export class FleetConnectionLimiter implements ConnectionLimiter {
  readonly #options: FleetConnectionLimiterOptions;
  readonly #slots: RedisSlots;
  readonly #lease: Lease;
  readonly #statements: Statements;
  readonly #rates = new ConnectRates();
  readonly #requests = new ConcurrencyLimit(maxConcurrentRequests);
  readonly #settleMs: number;
  #isReachable = false;
  #settledAtMs = 0;
  #connections = 0;

  constructor(options: FleetConnectionLimiterOptions) {
    const { url, prefix, logger, now, leaseMs = usualLeaseMs, timeoutMs = usualTimeoutMs } = options;
    this.#options = options;
    const onReconnect = (): void => void this.#lease.renew();
    this.#slots = new RedisSlots({ url, prefix, logger, timeoutMs, leaseMs, onReconnect });
    const renewEveryMs = leaseMs / renewalsInALease;
    this.#settleMs = renewEveryMs * 1.5;
    this.#lease = new Lease({
      slots: this.#slots,
      leaseMs,
      renewEveryMs,
      now,
      onRenewed: ({ isAnother }) => this.#onRenewed(isAnother),
      onFailed: (reason) => this.#onAway(reason),
    });
    this.#statements = new Statements({
      slots: this.#slots,
      terms: () => (this.#isReachable ? this.#lease.terms : null),
      onAway: (reason) => this.#onAway(reason),
    });
  }

  /** Resolves once it counts for the fleet, or Redis could not be reached. */
  start(): Promise<void> {
    return this.#lease.renew();
  }

  status(): LimiterStatus {
    return { scope: this.#terms() ? 'fleet' : 'gateway', gateways: this.#lease.gateways };
  }

  async acquire(request: SlotRequest, signal?: AbortNotice): Promise<AcquireResult> {
    const counted = countedLimits(request);
    const perSecond = request.tenant.limits.connectionsPerSecond;
    const tenant = this.#statements.tenant(request.tenant.id);
    tenant.pending += 1;
    const result = await this.#acquireUnlessAborted(tenant, counted, perSecond, signal);
    tenant.pending -= 1;
    this.#statements.forgetIfIdle(tenant);
    return result;
  }

  counts(): LimiterCounts {
    const { tenant, route, key, address } = this.#statements.countByKind();
    const rates = this.#rates.size(this.#options.now());
    return {
      connections: this.#connections,
      tenants: tenant,
      routes: route,
      keys: key,
      addresses: address,
      rates,
    };
  }

  async close(): Promise<void> {
    await this.#statements.stop();
    await this.#lease.stop();
    await this.#slots.close();
  }

  /** Null while limits are those of this gateway alone. */
  #terms(): LeaseTerms | null {
    if (!this.#isReachable || this.#options.now() < this.#settledAtMs) return null;
    return this.#lease.terms;
  }

  async #acquireUnlessAborted(
    tenant: TenantSlots,
    counted: readonly CountedLimit[],
    perSecond: number | null,
    signal: AbortNotice | undefined,
  ): Promise<AcquireResult> {
    // The client may leave while others are asked for, and while Redis is asked for it.
    const isAborted = (): boolean => signal?.aborted === true;
    const answer = await this.#requests.run(() =>
      isAborted() ? Promise.resolve(abortedRequest()) : this.#acquireInFleet(tenant, counted, perSecond),
    );
    if (isAborted()) {
      if (answer?.ok === true) answer.slot.release();
      return abortedRequest();
    }
    return answer ?? this.#acquireHere(tenant, counted, perSecond);
  }

  /** Null when Redis cannot say. */
  async #acquireInFleet(
    tenant: TenantSlots,
    counted: readonly CountedLimit[],
    perSecond: number | null,
  ): Promise<AcquireResult | null> {
    // The second attempt is for slots that Redis lost: they are stated anew before it.
    for (let attempt = 0; attempt < 2; attempt += 1) {
      if (!this.#terms() || !(await this.#statements.isTrue(tenant))) return null;
      const terms = this.#terms();
      if (!terms) return null;
      const result = await this.#ask(tenant, terms, counted, perSecond);
      if (result !== 'lost') return result;
      tenant.isMisstated = true;
    }
    return null;
  }

  async #ask(
    tenant: TenantSlots,
    terms: LeaseTerms,
    counted: readonly CountedLimit[],
    connectionsPerSecond: number | null,
  ): Promise<AcquireResult | 'lost' | null> {
    const { tenantId } = tenant;
    const fields = counted.map((count) => ({ field: fieldOf(count), limit: count.limit }));
    const heldOfTenant = tenant.heldUnder(fields[0]?.field ?? '');
    const question = { tenantId, fields, connectionsPerSecond, heldOfTenant };
    const asking = this.#slots.acquire(terms, question);
    tenant.asking.add(asking);
    try {
      // What was taken is held before anything else happens: whoever waits for the answer states what is held.
      return this.#resultOf(await asking, tenant, counted);
    } catch (error) {
      // Redis may have counted it all the same.
      tenant.isMisstated = true;
      tenant.isStated = true;
      this.#onAway(errorMessage(error));
      return null;
    } finally {
      tenant.asking.delete(asking);
    }
  }

  #resultOf(
    answer: AcquireAnswer,
    tenant: TenantSlots,
    counted: readonly CountedLimit[],
  ): AcquireResult | 'lost' {
    switch (answer.kind) {
      case 'taken': {
        const { totals, owns } = answer;
        tenant.isStated = true;
        const fields = counted.map(fieldOf);
        fields.forEach((field, index) => {
          tenant.noteOthers(field, (totals[index] ?? 0) - (owns[index] ?? 0));
        });
        return { ok: true, slot: this.#hold(tenant, fields) };
      }
      case 'rate':
        return rateRefusal(answer.waitMs);
      case 'full':
        return limitRefusal(counted[answer.index]?.kind ?? 'tenant');
      case 'lost':
        return 'lost';
    }
  }

  #acquireHere(
    tenant: TenantSlots,
    counted: readonly CountedLimit[],
    connectionsPerSecond: number | null,
  ): AcquireResult {
    const { gateways } = this.#lease;
    const nowMs = this.#options.now();
    const perSecond = connectionsPerSecond === null ? null : Math.max(1, connectionsPerSecond / gateways);
    const waitMs = perSecond === null ? 0 : this.#rates.waitMs(tenant.tenantId, perSecond, nowMs);
    if (waitMs > 0) return rateRefusal(waitMs);
    const full = counted.find((count) => isFullHere(tenant, count, gateways));
    if (full) return limitRefusal(full.kind);
    if (perSecond !== null) this.#rates.take(tenant.tenantId, perSecond, nowMs);
    tenant.isMisstated = true;
    return { ok: true, slot: this.#hold(tenant, counted.map(fieldOf)) };
  }

  #hold(tenant: TenantSlots, fields: readonly string[]): Slot {
    tenant.hold(fields);
    this.#connections += 1;
    let isHeld = true;
    return {
      release: () => {
        if (!isHeld) return;
        isHeld = false;
        this.#connections -= 1;
        tenant.drop(fields);
        this.#statements.noteReleased(tenant, fields);
      },
    };
  }

  #onRenewed(isAnother: boolean): void {
    const wasReachable = this.#isReachable;
    this.#isReachable = true;
    if (isAnother) {
      // Redis forgot this gateway, so perhaps all of them: each needs time to say what it holds.
      this.#settledAtMs = this.#options.now() + this.#settleMs;
    }
    if (!wasReachable || isAnother) this.#statements.doubtAll();
    if (!wasReachable) this.#options.logger.info({}, 'limits are counted for the whole fleet');
    this.#statements.restateSome();
  }

  #onAway(reason: string): void {
    if (this.#isReachable) {
      this.#options.logger.warn({ reason }, 'limits are counted in this gateway alone');
    }
    this.#isReachable = false;
  }
}

function isFullHere(tenant: TenantSlots, count: CountedLimit, gateways: number): boolean {
  if (count.limit === null) return false;
  const field = fieldOf(count);
  return tenant.heldUnder(field) >= tenant.capOf(field, count.limit, gateways);
}

function fieldOf({ kind, id }: CountedLimit): string {
  return `${kind}:${id}`;
}
