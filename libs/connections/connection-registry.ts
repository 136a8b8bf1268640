import type { ConnectionFilter } from '#libs/contract';
import { matchesFilter } from './matches-filter.js';
import type { LiveConnection, LiveToken } from './live-connection.js';

type Index<Key = string> = Map<Key, Set<LiveConnection>>;

/** The live connections of this gateway, found by what they belong to. */
export class ConnectionRegistry {
  readonly #byId = new Map<string, LiveConnection>();
  readonly #byTenant: Index = new Map();
  readonly #byRoute: Index = new Map();
  readonly #byApiKey: Index = new Map();
  /** By the second since 1970 from which on the token is no longer good. */
  readonly #byTokenExpiry: Index<number> = new Map();

  get size(): number {
    return this.#byId.size;
  }

  all(): Iterable<LiveConnection> {
    return this.#byId.values();
  }

  get(connectionId: string): LiveConnection | null {
    return this.#byId.get(connectionId) ?? null;
  }

  ofTenant(tenantId: string): ReadonlySet<LiveConnection> {
    return this.#byTenant.get(tenantId) ?? none;
  }

  ofRoute(routeId: string): ReadonlySet<LiveConnection> {
    return this.#byRoute.get(routeId) ?? none;
  }

  ofApiKey(apiKeyId: string): ReadonlySet<LiveConnection> {
    return this.#byApiKey.get(apiKeyId) ?? none;
  }

  /** The connections that a filter means; costs as much as the smallest index that the filter names. */
  matching(filter: ConnectionFilter): Iterable<LiveConnection> {
    const candidates = this.#candidates(filter);
    const fields = Object.values(filter).filter((wanted) => wanted !== undefined).length;
    const isExact = fields === 0 || (fields === 1 && filter.clientAddress === undefined);
    return isExact ? candidates : filtered(candidates, filter);
  }

  /** The keys that have live connections. */
  apiKeyIds(): Iterable<string> {
    return this.#byApiKey.keys();
  }

  /** The connections whose token has expired. Costs as much as there are different seconds in which tokens expire. */
  *withExpiredToken(nowMs: number): Generator<LiveConnection, void, undefined> {
    for (const [second, connections] of this.#byTokenExpiry) {
      if (second * 1000 <= nowMs) yield* connections;
    }
  }

  /** Adds a connection; the answer takes it out again, and may be called twice. */
  add(connection: LiveConnection): () => void {
    this.#byId.set(connection.id, connection);
    addTo(this.#byTenant, connection.tenant.id, connection);
    addTo(this.#byRoute, connection.route.id, connection);
    if (connection.apiKey) addTo(this.#byApiKey, connection.apiKey.id, connection);
    if (connection.token) addTo(this.#byTokenExpiry, expirySecond(connection.token), connection);
    return () => this.#remove(connection);
  }

  #remove(connection: LiveConnection): void {
    this.#byId.delete(connection.id);
    removeFrom(this.#byTenant, connection.tenant.id, connection);
    removeFrom(this.#byRoute, connection.route.id, connection);
    if (connection.apiKey) removeFrom(this.#byApiKey, connection.apiKey.id, connection);
    if (connection.token) removeFrom(this.#byTokenExpiry, expirySecond(connection.token), connection);
  }

  #candidates({ connectionId, tenantId, routeId, apiKeyId }: ConnectionFilter): Iterable<LiveConnection> {
    if (connectionId !== undefined) {
      const connection = this.get(connectionId);
      return connection ? [connection] : none;
    }
    const sets: ReadonlySet<LiveConnection>[] = [];
    if (tenantId !== undefined) sets.push(this.ofTenant(tenantId));
    if (routeId !== undefined) sets.push(this.ofRoute(routeId));
    if (apiKeyId !== undefined) sets.push(this.ofApiKey(apiKeyId));
    const [first, ...others] = sets;
    if (!first) return this.all();
    return others.reduce((smallest, set) => (set.size < smallest.size ? set : smallest), first);
  }
}

const none: ReadonlySet<LiveConnection> = new Set();

function* filtered(
  candidates: Iterable<LiveConnection>,
  filter: ConnectionFilter,
): Generator<LiveConnection, void, undefined> {
  for (const connection of candidates) if (matchesFilter(connection, filter)) yield connection;
}

function expirySecond({ expiresAtMs }: LiveToken): number {
  return Math.ceil(expiresAtMs / 1000);
}

function addTo<Key>(index: Index<Key>, key: Key, connection: LiveConnection): void {
  const existing = index.get(key);
  if (existing) existing.add(connection);
  else index.set(key, new Set([connection]));
}

function removeFrom<Key>(index: Index<Key>, key: Key, connection: LiveConnection): void {
  const existing = index.get(key);
  existing?.delete(connection);
  if (existing?.size === 0) index.delete(key);
}
