import { WorkSlice } from '#libs/async';
import type { ConnectionFilter } from '#libs/contract';
import { ConnectionSet, type SetKind } from './connection-set.js';
import { ConnectionTable } from './connection-table.js';
import { IdIndex } from './id-index.js';
import { matchesFilter } from './matches-filter.js';
import type { LiveConnection, LiveToken } from './live-connection.js';

type Index<Key = string> = Map<Key, ConnectionSet>;

/** The live connections of this gateway, indexed by tenant, route, key and token expiry. */
export class ConnectionRegistry {
  readonly #table = new ConnectionTable();
  readonly #byId = new IdIndex(this.#table);
  readonly #byTenant: Index = new Map();
  readonly #byRoute: Index = new Map();
  readonly #byApiKey: Index = new Map();
  /** By the second since 1970 in which the token expires. */
  readonly #byTokenExpiry: Index<number> = new Map();
  readonly #none = new ConnectionSet(this.#table, 'tenant');

  get size(): number {
    return this.#byId.size;
  }

  all(): Iterable<LiveConnection> {
    return this.#byId;
  }

  get(connectionId: string): LiveConnection | null {
    return this.#table.at(this.#byId.slotOf(connectionId));
  }

  ofTenant(tenantId: string): ConnectionSet {
    return this.#byTenant.get(tenantId) ?? this.#none;
  }

  ofRoute(routeId: string): ConnectionSet {
    return this.#byRoute.get(routeId) ?? this.#none;
  }

  ofApiKey(apiKeyId: string): ConnectionSet {
    return this.#byApiKey.get(apiKeyId) ?? this.#none;
  }

  /**
   * Visits the connections that match a filter without blocking the event loop; some may have ended
   * meanwhile. The cost is the size of the smallest index among the fields of the filter.
   */
  async visitMatching(filter: ConnectionFilter, visit: (connection: LiveConnection) => void): Promise<void> {
    const slice = new WorkSlice();
    for (const connection of this.#candidates(filter)) {
      if (matchesFilter(connection, filter)) visit(connection);
      if (slice.isOver()) await slice.next();
    }
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

  add(connection: LiveConnection): void {
    const { id, tenant, route, apiKey, token } = connection;
    const slot = this.#table.add(connection);
    this.#byId.add(id, slot);
    this.#addTo(this.#byTenant, 'tenant', tenant.id, slot);
    this.#addTo(this.#byRoute, 'route', route.id, slot);
    if (apiKey) this.#addTo(this.#byApiKey, 'credential', apiKey.id, slot);
    if (token) this.#addTo(this.#byTokenExpiry, 'credential', expirySecond(token), slot);
  }

  /** Safe to call twice. */
  remove({ id, tenant, route, apiKey, token }: LiveConnection): void {
    const slot = this.#byId.delete(id);
    if (slot === 0) return;
    removeFrom(this.#byTenant, tenant.id, slot);
    removeFrom(this.#byRoute, route.id, slot);
    if (apiKey) removeFrom(this.#byApiKey, apiKey.id, slot);
    if (token) removeFrom(this.#byTokenExpiry, expirySecond(token), slot);
    this.#table.remove(slot);
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
    if (!first) return this.#table.connections();
    return others.reduce((smallest, set) => (set.size < smallest.size ? set : smallest), first);
  }

  #addTo<Key>(index: Index<Key>, kind: SetKind, key: Key, slot: number): void {
    const existing = index.get(key);
    const set = existing ?? new ConnectionSet(this.#table, kind);
    if (!existing) index.set(key, set);
    set.add(slot);
  }
}

function expirySecond({ expiresAtMs }: LiveToken): number {
  return Math.ceil(expiresAtMs / 1000);
}

function removeFrom<Key>(index: Index<Key>, key: Key, slot: number): void {
  const existing = index.get(key);
  existing?.delete(slot);
  if (existing?.size === 0) index.delete(key);
}
