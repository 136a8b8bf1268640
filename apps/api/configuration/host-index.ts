import { hostKeyOf, keysOverlapping } from '../database/entities/host-key.js';

/** Finds the tenants whose host patterns overlap, in time that depends on the labels of a pattern alone. */
export class HostIndex {
  // Two tenants at each place tell whether there is another one than a given tenant.
  readonly #at = new Map<string, string[]>();
  readonly #below = new Map<string, string[]>();

  /** Adds a pattern of a tenant. One on `*` is left over from all others and overlaps with none. */
  add(pattern: string, tenantId: string): void {
    if (pattern === '*') return;
    const key = hostKeyOf(pattern);
    note(this.#at, key, tenantId);
    for (let dot = key.indexOf('.'); dot < key.length - 1; dot = key.indexOf('.', dot + 1)) {
      note(this.#below, key.slice(0, dot + 1), tenantId);
    }
  }

  /** Another tenant with a pattern that matches a host which `pattern` matches, too; null where there is none. */
  otherAt(pattern: string, tenantId: string): string | null {
    if (pattern === '*') return null;
    const { exact, range } = keysOverlapping(pattern);
    const places = exact.map((key) => this.#at.get(key));
    if (range !== null) places.push(this.#below.get(range.after));
    for (const tenants of places) {
      const other = tenants?.find((candidate) => candidate !== tenantId);
      if (other !== undefined) return other;
    }
    return null;
  }
}

function note(places: Map<string, string[]>, key: string, tenantId: string): void {
  const tenants = places.get(key);
  if (tenants === undefined) places.set(key, [tenantId]);
  else if (tenants.length < 2 && !tenants.includes(tenantId)) tenants.push(tenantId);
}
