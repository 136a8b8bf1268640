export interface TenantCacheOptions<Entry> {
  create(key: string): Entry;
  /** The maximum number of entries of one tenant. */
  maxPerTenant: number;
  /** A tenant that has used no entry for this time is removed from all entries. */
  idleMs: number;
  /** Whether an entry may be evicted now; always by default. */
  canEvict?: (entry: Entry) => boolean;
  /** Milliseconds of a monotonic clock. */
  now: () => number;
}

interface Holder<Entry> {
  /** By key, the least recently used first. */
  entries: Map<string, Entry>;
  usedAtMs: number;
}

interface Shared<Entry> {
  entry: Entry;
  holders: number;
}

/**
 * Entries that tenants share by key, each within its own bound: a new entry of a tenant at its maximum evicts
 * the tenant's least recently used entry. An entry is kept as long as a tenant holds it, so no tenant can
 * evict an entry that another tenant uses.
 */
export class TenantCache<Entry> {
  readonly #options: TenantCacheOptions<Entry>;
  readonly #shared = new Map<string, Shared<Entry>>();
  /** By tenant, the least recently active first. */
  readonly #holders = new Map<string, Holder<Entry>>();

  constructor(options: TenantCacheOptions<Entry>) {
    this.#options = options;
  }

  /** The number of entries. */
  get size(): number {
    return this.#shared.size;
  }

  /**
   * The entry of the key; null if the tenant has its maximum of entries, and none of them may be evicted now.
   */
  use(tenantId: string, key: string): Entry | null {
    const holder = this.#touch(tenantId);
    const held = holder.entries.get(key);
    if (held !== undefined) {
      holder.entries.delete(key);
      holder.entries.set(key, held);
      return held;
    }
    this.#dropIdle();
    if (!this.#makeRoom(holder)) return null;
    const shared = this.#shared.get(key) ?? { entry: this.#options.create(key), holders: 0 };
    shared.holders += 1;
    this.#shared.set(key, shared);
    holder.entries.set(key, shared.entry);
    return shared.entry;
  }

  #touch(tenantId: string): Holder<Entry> {
    const usedAtMs = this.#options.now();
    const holder = this.#holders.get(tenantId) ?? { entries: new Map<string, Entry>(), usedAtMs };
    holder.usedAtMs = usedAtMs;
    this.#holders.delete(tenantId);
    this.#holders.set(tenantId, holder);
    return holder;
  }

  #makeRoom({ entries }: Holder<Entry>): boolean {
    const { maxPerTenant, canEvict } = this.#options;
    if (entries.size < maxPerTenant) return true;
    for (const [key, entry] of entries) {
      if (canEvict?.(entry) === false) continue;
      entries.delete(key);
      this.#release(key);
      return true;
    }
    return false;
  }

  #dropIdle(): void {
    const nowMs = this.#options.now();
    for (const [tenantId, { entries, usedAtMs }] of this.#holders) {
      if (nowMs - usedAtMs < this.#options.idleMs) return;
      this.#holders.delete(tenantId);
      for (const key of entries.keys()) this.#release(key);
    }
  }

  #release(key: string): void {
    const shared = this.#shared.get(key);
    if (!shared) return;
    shared.holders -= 1;
    if (shared.holders === 0) this.#shared.delete(key);
  }
}
