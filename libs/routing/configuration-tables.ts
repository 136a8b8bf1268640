import type { RefusedEntry } from '#libs/config-bus';
import type {
  ConfigEntry,
  PublishedApiKey,
  PublishedExhaustion,
  PublishedRoute,
  PublishedStickyKey,
  PublishedTenant,
} from '#libs/contract';
import { CompactValues } from './compact-values.js';
import type { Exhaustion } from './exhaustion.js';
import { RouteTable } from './route-table.js';

interface TenantRecord {
  tenant: PublishedTenant;
  /** How many routes and API keys the tenant has; it cannot be removed while it has any. */
  dependents: number;
  /** Removed together with the tenant. */
  stickyKey: PublishedStickyKey | null;
}

/** Tenants, routes, API keys and sticky keys, and the consistency rules among them. */
export class ConfigurationTables {
  readonly routes = new RouteTable();
  readonly #tenants = new Map<string, TenantRecord>();
  readonly #apiKeys = new Map<string, PublishedApiKey>();
  /** The tenants that have a sticky key, by the id of the key. */
  readonly #stickyKeyOwners = new Map<string, TenantRecord>();
  readonly #exhaustions = new Map<string, PublishedExhaustion>();
  /** By the id of the tenant, the route or the key, since every request looks for these. */
  readonly #exhaustedSubjects = new Map<string, Exhaustion>();
  readonly #apiKeysByPrefix = new Map<string, PublishedApiKey>();
  readonly #compact = new CompactValues();

  get tenantCount(): number {
    return this.#tenants.size;
  }

  get apiKeyCount(): number {
    return this.#apiKeys.size;
  }

  tenant(id: string): PublishedTenant | null {
    return this.#tenants.get(id)?.tenant ?? null;
  }

  apiKey(id: string): PublishedApiKey | null {
    return this.#apiKeys.get(id) ?? null;
  }

  apiKeyByPrefix(prefix: string): PublishedApiKey | null {
    return this.#apiKeysByPrefix.get(prefix) ?? null;
  }

  /** The key that signs the sticky cookies of a tenant; null if it has none. */
  stickyKey(tenantId: string): PublishedStickyKey | null {
    return this.#tenants.get(tenantId)?.stickyKey ?? null;
  }

  /** That the quota of a tenant, a route or an API key is used up; null if it is not. */
  exhaustion(subjectId: string): Exhaustion | null {
    return this.#exhaustedSubjects.get(subjectId) ?? null;
  }

  /** All values, tenants first. */
  entries(): ConfigEntry[] {
    const entries: ConfigEntry[] = [];
    for (const [id, { tenant }] of this.#tenants) entries.push({ kind: 'tenant', id, value: tenant });
    for (const [id, { stickyKey: value }] of this.#stickyKeyOwners)
      entries.push({ kind: 'stickyKey', id, value });
    for (const [id, route] of this.routes.entries()) entries.push({ kind: 'route', id, value: route });
    for (const [id, apiKey] of this.#apiKeys) entries.push({ kind: 'apiKey', id, value: apiKey });
    for (const [id, value] of this.#exhaustions) entries.push({ kind: 'exhaustion', id, value });
    return entries;
  }

  /**
   * Applies the entries, except those that violate the rules, which it returns: their last good version
   * stays, unless another entry takes its place. The order of entries does not matter, except that the last
   * one of an id counts.
   */
  take(entries: readonly ConfigEntry[]): RefusedEntry[] {
    // Ids of different kinds differ in their prefix.
    const latest = [...new Map(entries.map((entry) => [entry.id, entry])).values()];
    const before = new Map(latest.map((entry) => [entry.id, this.#lastGood(entry)]));
    const refused = this.#put(latest);
    for (const { id } of refused) {
      const lastGood = before.get(id);
      if (lastGood) this.#addDependent(lastGood);
    }
    return [...refused, ...this.#removeTenants(latest)];
  }

  /** The present version of an entry that may be refused: of something that belongs to a tenant. */
  #lastGood({ kind, id }: ConfigEntry): ConfigEntry | null {
    switch (kind) {
      case 'route':
        return { kind, id, value: this.routes.get(id) };
      case 'apiKey':
        return { kind, id, value: this.apiKey(id) };
      case 'stickyKey':
        return { kind, id, value: this.#stickyKeyOwners.get(id)?.stickyKey ?? null };
      case 'tenant':
      case 'exhaustion':
        return null;
      default:
        return kind satisfies never;
    }
  }

  /**
   * Removes everything that the entries name before it adds anything, so that a host and path may move from
   * one route to another in one change; tenants are added before their routes and keys.
   */
  #put(entries: readonly ConfigEntry[]): RefusedEntry[] {
    for (const entry of entries) {
      if (entry.kind === 'route') this.#removeRoute(entry.id);
      if (entry.kind === 'apiKey') this.#removeApiKey(entry.id);
      if (entry.kind === 'stickyKey') this.#removeStickyKey(entry.id);
      if (entry.kind === 'exhaustion') this.#removeExhaustion(entry.id);
    }
    for (const entry of entries) {
      if (entry.kind === 'tenant' && entry.value !== null) this.#putTenant(entry.value);
    }
    const refused: RefusedEntry[] = [];
    for (const entry of entries) {
      const reason = this.#addDependent(entry);
      if (reason !== null) refused.push({ id: entry.id, reason });
    }
    return refused;
  }

  /** Tenants are removed after everything that belongs to them. */
  #removeTenants(entries: readonly ConfigEntry[]): RefusedEntry[] {
    const refused: RefusedEntry[] = [];
    for (const { kind, id, value } of entries) {
      if (kind !== 'tenant' || value !== null) continue;
      const { dependents = 0, stickyKey = null } = this.#tenants.get(id) ?? {};
      if (dependents === 0) {
        if (stickyKey) this.#removeStickyKey(stickyKey.id);
        this.#tenants.delete(id);
      } else refused.push({ id, reason: `tenant ${id} still has routes or API keys` });
    }
    return refused;
  }

  #addDependent(entry: ConfigEntry): string | null {
    if (entry.kind === 'tenant' || entry.value === null) return null;
    if (entry.kind === 'exhaustion') return this.#addExhaustion(entry.value);
    const owner = this.#tenants.get(entry.value.tenantId);
    if (owner === undefined) return `${entry.id} belongs to the unknown tenant ${entry.value.tenantId}`;
    if (entry.kind === 'stickyKey') return this.#addStickyKey(entry.value, owner);
    const reason =
      entry.kind === 'route' ? this.#addRoute(entry.value, owner) : this.#addApiKey(entry.value, owner);
    if (reason === null) owner.dependents += 1;
    return reason;
  }

  #putTenant(tenant: PublishedTenant): void {
    const record = this.#tenants.get(tenant.id);
    const compact = this.#compact.tenant(tenant);
    if (record === undefined)
      this.#tenants.set(tenant.id, { tenant: compact, dependents: 0, stickyKey: null });
    else record.tenant = compact;
  }

  #addRoute(route: PublishedRoute, owner: TenantRecord): string | null {
    const result = this.routes.set(this.#compact.route(route, owner.tenant.id));
    if (result.ok) return null;
    return `route ${route.id} has the host, path and conditions of the enabled route ${result.conflictsWith}`;
  }

  #addApiKey(apiKey: PublishedApiKey, owner: TenantRecord): string | null {
    const prefixes = prefixesOf(apiKey);
    const other = prefixes
      .map((prefix) => this.#apiKeysByPrefix.get(prefix))
      .find((found) => found !== undefined);
    if (other !== undefined) return `API key ${apiKey.id} has the prefix of ${other.id}`;
    const compact = this.#compact.apiKey(apiKey, owner.tenant.id);
    this.#apiKeys.set(apiKey.id, compact);
    for (const prefix of prefixes) this.#apiKeysByPrefix.set(prefix, compact);
    return null;
  }

  #addStickyKey(stickyKey: PublishedStickyKey, owner: TenantRecord): null {
    if (owner.stickyKey) this.#removeStickyKey(owner.stickyKey.id);
    owner.stickyKey = stickyKey;
    this.#stickyKeyOwners.set(stickyKey.id, owner);
    return null;
  }

  // It needs no owner, since it is looked for by its subject. One that is older than the subject is harmless.
  #addExhaustion(exhaustion: PublishedExhaustion): null {
    this.#exhaustions.set(exhaustion.id, exhaustion);
    const { subjectId, until, closesLive } = exhaustion;
    this.#exhaustedSubjects.set(subjectId, { untilMs: Date.parse(until), closesLive });
    return null;
  }

  #removeExhaustion(id: string): void {
    const exhaustion = this.#exhaustions.get(id);
    if (exhaustion !== undefined) this.#exhaustedSubjects.delete(exhaustion.subjectId);
    this.#exhaustions.delete(id);
  }

  #removeRoute(id: string): void {
    const route = this.routes.remove(id);
    if (route !== null) this.#releaseOwner(route.tenantId);
  }

  #removeApiKey(id: string): void {
    const apiKey = this.#apiKeys.get(id);
    if (apiKey === undefined) return;
    this.#apiKeys.delete(id);
    for (const prefix of prefixesOf(apiKey)) this.#apiKeysByPrefix.delete(prefix);
    this.#releaseOwner(apiKey.tenantId);
  }

  #removeStickyKey(id: string): void {
    const owner = this.#stickyKeyOwners.get(id);
    if (owner !== undefined) owner.stickyKey = null;
    this.#stickyKeyOwners.delete(id);
  }

  #releaseOwner(tenantId: string): void {
    const owner = this.#tenants.get(tenantId);
    if (owner !== undefined) owner.dependents -= 1;
  }
}

// A rotated key is found by its previous secret as well.
function prefixesOf({ prefix, previous }: PublishedApiKey): string[] {
  return previous === null ? [prefix] : [prefix, previous.prefix];
}
