import { hostKeyOf, keysOverlapping } from '../database/entities/host-key.js';

/** Finds tenants whose host patterns overlap, in time that depends only on the labels of a pattern. */
export class HostIndex {
  // Two tenants for each key are enough to find one that is not a given tenant.
  readonly #at = new Map<string, string[]>();
  readonly #below = new Map<string, string[]>();

  /** Adds a pattern of a tenant. `*` matches only remaining hosts and overlaps with no pattern. */
  add(pattern: string, tenantId: string): void {
    if (pattern === '*') return;
    const key = hostKeyOf(pattern);
    addTenant(this.#at, key, tenantId);
    for (let dot = key.indexOf('.'); dot < key.length - 1; dot = key.indexOf('.', dot + 1)) {
      addTenant(this.#below, key.slice(0, dot + 1), tenantId);
    }
  }

  /** Another tenant with a pattern that overlaps with this one; null if there is none. */
  otherTenantOn(pattern: string, tenantId: string): string | null {
    if (pattern === '*') return null;
    const { exact, range } = keysOverlapping(pattern);
    const found = exact.map((key) => this.#at.get(key));
    if (range !== null) found.push(this.#below.get(range.after));
    for (const tenants of found) {
      const other = tenants?.find((candidate) => candidate !== tenantId);
      if (other !== undefined) return other;
    }
    return null;
  }
}

function addTenant(index: Map<string, string[]>, key: string, tenantId: string): void {
  const tenants = index.get(key);
  if (tenants === undefined) index.set(key, [tenantId]);
  else if (tenants.length < 2 && !tenants.includes(tenantId)) tenants.push(tenantId);
}
