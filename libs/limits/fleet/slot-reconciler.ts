import { errorMessage } from '#libs/async';
import type { ConnectionLimit } from '../connection-limits.js';
import type { LeaseTerms, RedisSlots } from './redis-slots.js';
import { TenantSlots } from './tenant-slots.js';

export interface SlotReconcilerInput {
  slots: Pick<RedisSlots, 'release' | 'replace'>;
  /** Null while Redis cannot be updated. */
  terms: () => LeaseTerms | null;
  onAway: (reason: string) => void;
}

const maxConcurrentTenants = 50;
// The number of clean tenants that each renewal writes again. This corrects a Redis that was restored from an
// old copy, and extends the keys of slots that are held for a long time.
const maxCleanTenants = 50;
// An ended connection counts for other gateways up to this time longer.
const maxReleaseDelayMs = 5;

/**
 * Keeps the slots that Redis counts for this gateway equal to the held slots: sends releases in batches, and
 * writes the slots of a tenant again if the two may differ. The limiter itself takes slots.
 */
export class SlotReconciler {
  readonly #tenants = new Map<string, TenantSlots>();
  readonly #unsentReleases = new Set<TenantSlots>();
  #sending: NodeJS.Timeout | null = null;
  #run: Promise<void> | null = null;
  #isStopped = false;

  constructor(private readonly input: SlotReconcilerInput) {}

  tenant(tenantId: string): TenantSlots {
    const known = this.#tenants.get(tenantId);
    if (known) return known;
    const created = new TenantSlots(tenantId, this.#onReleased);
    this.#tenants.set(tenantId, created);
    return created;
  }

  forgetIfIdle(tenant: TenantSlots): void {
    if (tenant.isIdle) this.#tenants.delete(tenant.tenantId);
  }

  /** How many slots are held. */
  countSlots(): number {
    let slots = 0;
    for (const tenant of this.#tenants.values()) slots += tenant.slots;
    return slots;
  }

  countByKind(): Record<ConnectionLimit, number> {
    const counts = { tenant: 0, route: 0, key: 0, address: 0 };
    for (const { held } of this.#tenants.values()) {
      for (const field of held.keys()) {
        for (const kind of kinds) if (field.startsWith(`${kind}:`)) counts[kind] += 1;
      }
    }
    return counts;
  }

  /** Writes the slots of the tenant to Redis if they may differ; resolves with whether they are equal now. */
  async reconcile(tenant: TenantSlots): Promise<boolean> {
    while (tenant.reconciling) await tenant.reconciling;
    if (tenant.isDirty) await this.#reconcileTenant(tenant);
    return !tenant.isDirty;
  }

  // The next admission of the tenant carries its releases, so they wait for it a short time.
  readonly #onReleased = (tenant: TenantSlots, fields: readonly string[]): void => {
    if (this.input.terms() === null || tenant.isDirty) {
      tenant.isDirty = true;
      this.forgetIfIdle(tenant);
      return;
    }
    tenant.noteReleased(fields);
    this.#unsentReleases.add(tenant);
    this.#sending ??= setTimeout(() => void this.#sendReleased(), maxReleaseDelayMs);
  };

  /** Marks every tenant, since Redis may have lost or changed any of them. */
  markAllDirty(): void {
    for (const tenant of this.#tenants.values()) {
      tenant.isDirty = true;
    }
  }

  /** Writes the dirty tenants and some of the clean tenants again; one run at a time. */
  reconcileSome(): void {
    this.#run ??= this.#reconcileDirty().finally(() => {
      this.#run = null;
    });
  }

  /** Sends the pending releases, and nothing afterwards. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#run;
    await this.#sendReleased();
  }

  async #reconcileDirty(): Promise<void> {
    const dirty = [...this.#tenants.values()].filter(({ isDirty }) => isDirty);
    const clean = this.#oldestClean(maxCleanTenants);
    const all = [...dirty, ...clean];
    for (let at = 0; at < all.length && !this.#isStopped; at += maxConcurrentTenants) {
      if (this.input.terms() === null) return;
      await Promise.all(
        all.slice(at, at + maxConcurrentTenants).map((tenant) => this.#reconcileTenant(tenant)),
      );
    }
  }

  /** The clean tenants with the oldest writes; moves them to the end of the order. */
  #oldestClean(count: number): TenantSlots[] {
    const oldest: TenantSlots[] = [];
    for (const tenant of this.#tenants.values()) {
      if (oldest.length === count) break;
      if (!tenant.isDirty) oldest.push(tenant);
    }
    for (const tenant of oldest) {
      this.#tenants.delete(tenant.tenantId);
      this.#tenants.set(tenant.tenantId, tenant);
    }
    return oldest;
  }

  async #reconcileTenant(tenant: TenantSlots): Promise<void> {
    tenant.reconciling ??= this.#reconcileOnce(tenant).finally(() => {
      tenant.reconciling = null;
      this.forgetIfIdle(tenant);
    });
    await tenant.reconciling;
  }

  // No slot of the tenant is requested meanwhile, so that no answer changes the held slots between reading
  // and writing them.
  async #reconcileOnce(tenant: TenantSlots): Promise<void> {
    while (tenant.inFlight.size > 0) await Promise.allSettled([...tenant.inFlight]);
    const terms = this.input.terms();
    if (terms === null) return;
    tenant.takeReleased();
    tenant.isDirty = false;
    tenant.mayBeInRedis = true;
    const written = tenant.held;
    try {
      await this.input.slots.replace(terms, tenant.tenantId, written);
      tenant.forgetCaps();
      if (written.size === 0 && tenant.isAbsentFromRedis) tenant.mayBeInRedis = false;
    } catch (error) {
      this.#fail(tenant, error);
    }
  }

  async #sendReleased(): Promise<void> {
    if (this.#sending) clearTimeout(this.#sending);
    this.#sending = null;
    const tenants = [...this.#unsentReleases];
    this.#unsentReleases.clear();
    await Promise.all(tenants.map((tenant) => this.#sendReleasedOf(tenant)));
  }

  // Not while the tenant is being written, since a script that is missing in Redis is sent a second time,
  // behind other commands.
  async #sendReleasedOf(tenant: TenantSlots): Promise<void> {
    while (tenant.reconciling) await tenant.reconciling;
    const terms = this.input.terms();
    const released = tenant.takeReleased();
    if (terms === null) tenant.isDirty = true;
    if (terms === null || released.size === 0) return;
    const sending = this.input.slots.release(terms, tenant.tenantId, released);
    tenant.inFlight.add(sending);
    try {
      await sending;
      tenant.inFlight.delete(sending);
      if (tenant.isAbsentFromRedis) tenant.mayBeInRedis = false;
      this.forgetIfIdle(tenant);
    } catch (error) {
      tenant.inFlight.delete(sending);
      this.#fail(tenant, error);
    }
  }

  #fail(tenant: TenantSlots, error: unknown): void {
    tenant.isDirty = true;
    this.input.onAway(errorMessage(error));
  }
}

const kinds = ['tenant', 'route', 'key', 'address'] as const;
