import type { ConnectionFilter } from '#libs/contract';
import { connectionsIn, ConnectionSet, type ConnectionCell } from './connection-set.js';
import { matchesFilter } from './matches-filter.js';
import type { LiveConnection, LiveToken } from './live-connection.js';

type Index<Key = string> = Map<Key, ConnectionSet>;

/** The live connections of this gateway, indexed by tenant, route, key and token expiry. */
export class ConnectionRegistry {
  readonly #byId = new Map<string, ConnectionCell>();
  readonly #byTenant: Index = new Map();
  readonly #byRoute: Index = new Map();
  readonly #byApiKey: Index = new Map();
  /** By the second since 1970 in which the token expires. */
  readonly #byTokenExpiry: Index<number> = new Map();

  get size(): number {
    return this.#byId.size;
  }

  all(): Iterable<LiveConnection> {
    return connectionsIn(this.#byId.values());
  }

  get(connectionId: string): LiveConnection | null {
    return this.#byId.get(connectionId)?.connection ?? null;
  }

  ofTenant(tenantId: string): ConnectionSet {
    return this.#byTenant.get(tenantId) ?? none;
  }

  ofRoute(routeId: string): ConnectionSet {
    return this.#byRoute.get(routeId) ?? none;
  }

  ofApiKey(apiKeyId: string): ConnectionSet {
    return this.#byApiKey.get(apiKeyId) ?? none;
  }

  /**
   * The connections that match a filter; the cost is the size of the smallest index among the fields of the
   * filter.
   */
  matching(filter: ConnectionFilter): Iterable<LiveConnection> {
    const candidates = this.#candidates(filter);
    const fields = Object.values(filter).filter((wanted) => wanted !== undefined).length;
    const isExact = fields === 0 || (fields === 1 && filter.clientAddress === undefined);
    return isExact ? candidates : filtered(candidates, filter);
  }

  /** The ids of the keys with live connections. */
  apiKeyIds(): Iterable<string> {
    return this.#byApiKey.keys();
  }

  /**
   * The connections whose token has expired. The cost grows with the number of different seconds in which
   * tokens expire.
   */
  *withExpiredToken(nowMs: number): Generator<LiveConnection, void, undefined> {
    for (const [second, connections] of this.#byTokenExpiry) {
      if (second * 1000 <= nowMs) yield* connections;
    }
  }

  /** Adds a connection; the returned function removes it, and may be called twice. */
  add(connection: LiveConnection): () => void {
    const cell: ConnectionCell = { connection };
    const { id, tenant, route, apiKey, token } = connection;
    this.#byId.set(id, cell);
    addTo(this.#byTenant, tenant.id, cell);
    addTo(this.#byRoute, route.id, cell);
    if (apiKey) addTo(this.#byApiKey, apiKey.id, cell);
    if (token) addTo(this.#byTokenExpiry, expirySecond(token), cell);
    return () => this.#remove(cell);
  }

  #remove(cell: ConnectionCell): void {
    if (!cell.connection) return;
    const { id, tenant, route, apiKey, token } = cell.connection;
    cell.connection = null;
    this.#byId.delete(id);
    removeFrom(this.#byTenant, tenant.id, cell);
    removeFrom(this.#byRoute, route.id, cell);
    if (apiKey) removeFrom(this.#byApiKey, apiKey.id, cell);
    if (token) removeFrom(this.#byTokenExpiry, expirySecond(token), cell);
  }

  #candidates({ connectionId, tenantId, routeId, apiKeyId }: ConnectionFilter): Iterable<LiveConnection> {
    if (connectionId !== undefined) {
      const connection = this.get(connectionId);
      return connection ? [connection] : [];
    }
    const sets: ConnectionSet[] = [];
    if (tenantId !== undefined) sets.push(this.ofTenant(tenantId));
    if (routeId !== undefined) sets.push(this.ofRoute(routeId));
    if (apiKeyId !== undefined) sets.push(this.ofApiKey(apiKeyId));
    const [first, ...others] = sets;
    if (!first) return this.all();
    return others.reduce((smallest, set) => (set.size < smallest.size ? set : smallest), first);
  }
}

const none = new ConnectionSet();

function* filtered(
  candidates: Iterable<LiveConnection>,
  filter: ConnectionFilter,
): Generator<LiveConnection, void, undefined> {
  for (const connection of candidates) if (matchesFilter(connection, filter)) yield connection;
}

function expirySecond({ expiresAtMs }: LiveToken): number {
  return Math.ceil(expiresAtMs / 1000);
}

function addTo<Key>(index: Index<Key>, key: Key, cell: ConnectionCell): void {
  const existing = index.get(key);
  if (existing) existing.add(cell);
  else index.set(key, new ConnectionSet().add(cell));
}

function removeFrom<Key>(index: Index<Key>, key: Key, cell: ConnectionCell): void {
  const existing = index.get(key);
  existing?.delete(cell);
  if (existing?.size === 0) index.delete(key);
}
