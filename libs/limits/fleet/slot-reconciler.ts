import { errorMessage } from '#libs/async';
import type { ConnectionLimit } from '../connection-limits.js';
import type { LeaseTerms, RedisSlots } from './redis-slots.js';
import { TenantSlots } from './tenant-slots.js';

export interface StatementsInput {
  slots: Pick<RedisSlots, 'release' | 'restate'>;
  /** Null while nothing can be told. */
  terms: () => LeaseTerms | null;
  onAway: (reason: string) => void;
}

// How many tenants are told at once.
const togetherAtOnce = 50;
// Of the tenants about which there is no doubt, so many are told again at each renewal: a Redis that came back with an
// old copy is set right, and nothing that lives falls out of the count.
const repeatedAtOnce = 50;

/** What this gateway tells Redis of the slots that it holds, beside the taking of each: what is given back, and all anew. */
export class Statements {
  readonly #tenants = new Map<string, TenantSlots>();
  readonly #unsent = new Set<TenantSlots>();
  #isSendPlanned = false;
  #restating: Promise<void> | null = null;
  #isStopped = false;

  constructor(private readonly input: StatementsInput) {}

  tenant(tenantId: string): TenantSlots {
    const known = this.#tenants.get(tenantId);
    if (known) return known;
    const made = new TenantSlots(tenantId);
    this.#tenants.set(tenantId, made);
    return made;
  }

  forgetIfIdle(tenant: TenantSlots): void {
    if (tenant.isIdle) this.#tenants.delete(tenant.tenantId);
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

  /** Resolves once Redis knows what is held of the tenant; with false when it cannot be told. */
  async isTrue(tenant: TenantSlots): Promise<boolean> {
    while (tenant.restating) await tenant.restating;
    if (tenant.isMisstated) await this.#restate(tenant);
    return !tenant.isMisstated;
  }

  /** Told with the next turn of the event loop, together with what else is given back until then. */
  noteReleased(tenant: TenantSlots, fields: readonly string[]): void {
    if (this.input.terms() === null || tenant.isMisstated) {
      tenant.isMisstated = true;
      this.forgetIfIdle(tenant);
      return;
    }
    tenant.noteReleased(fields);
    this.#unsent.add(tenant);
    if (this.#isSendPlanned) return;
    this.#isSendPlanned = true;
    setImmediate(() => void this.#sendReleased());
  }

  /** Redis may know nothing of what is held, or something else. */
  doubtAll(): void {
    for (const tenant of this.#tenants.values()) {
      tenant.isMisstated = true;
    }
  }

  /** Tells anew what is in doubt, and some of what is not; one run at a time. */
  restateSome(): void {
    this.#restating ??= this.#restateDoubted().finally(() => {
      this.#restating = null;
    });
  }

  /** Tells what is left to tell, and then nothing any more. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#restating;
    await this.#sendReleased();
  }

  async #restateDoubted(): Promise<void> {
    const doubted = [...this.#tenants.values()].filter(({ isMisstated }) => isMisstated);
    const repeated = this.#oldest(repeatedAtOnce);
    const all = [...doubted, ...repeated];
    for (let at = 0; at < all.length && !this.#isStopped; at += togetherAtOnce) {
      if (this.input.terms() === null) return;
      await Promise.all(all.slice(at, at + togetherAtOnce).map((tenant) => this.#restate(tenant)));
    }
  }

  /** Those whose turn it is; they go to the end of the line. */
  #oldest(count: number): TenantSlots[] {
    const oldest: TenantSlots[] = [];
    for (const tenant of this.#tenants.values()) {
      if (oldest.length === count) break;
      if (!tenant.isMisstated) oldest.push(tenant);
    }
    for (const tenant of oldest) {
      this.#tenants.delete(tenant.tenantId);
      this.#tenants.set(tenant.tenantId, tenant);
    }
    return oldest;
  }

  async #restate(tenant: TenantSlots): Promise<void> {
    tenant.restating ??= this.#restateOnce(tenant).finally(() => {
      tenant.restating = null;
      this.forgetIfIdle(tenant);
    });
    await tenant.restating;
  }

  // While it goes on nobody asks for a slot of the tenant, so that no answer comes between what is read here and told there.
  async #restateOnce(tenant: TenantSlots): Promise<void> {
    while (tenant.asking.size > 0) await Promise.allSettled([...tenant.asking]);
    const terms = this.input.terms();
    if (terms === null) return;
    tenant.takeReleased();
    tenant.isMisstated = false;
    tenant.isStated = true;
    const told = tenant.held.size;
    try {
      await this.input.slots.restate(terms, tenant.tenantId, tenant.held);
      tenant.forgetCaps();
      if (told === 0 && tenant.holdsNothingForSure) tenant.isStated = false;
    } catch (error) {
      this.#fail(tenant, error);
    }
  }

  async #sendReleased(): Promise<void> {
    this.#isSendPlanned = false;
    const tenants = [...this.#unsent];
    this.#unsent.clear();
    await Promise.all(tenants.map((tenant) => this.#sendReleasedOf(tenant)));
  }

  // Not while the tenant is restated: a script that Redis does not know yet is sent a second time, behind others.
  async #sendReleasedOf(tenant: TenantSlots): Promise<void> {
    while (tenant.restating) await tenant.restating;
    const terms = this.input.terms();
    const released = tenant.takeReleased();
    if (terms === null) tenant.isMisstated = true;
    if (terms === null || released.size === 0) return;
    const telling = this.input.slots.release(terms, tenant.tenantId, released);
    tenant.asking.add(telling);
    try {
      await telling;
      tenant.asking.delete(telling);
      if (tenant.holdsNothingForSure) tenant.isStated = false;
      this.forgetIfIdle(tenant);
    } catch (error) {
      tenant.asking.delete(telling);
      this.#fail(tenant, error);
    }
  }

  #fail(tenant: TenantSlots, error: unknown): void {
    tenant.isMisstated = true;
    this.input.onAway(errorMessage(error));
  }
}

const kinds = ['tenant', 'route', 'key', 'address'] as const;
