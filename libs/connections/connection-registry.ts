import { WorkSlice } from '#libs/async';
import type { ConnectionFilter } from '#libs/contract';
import { ConnectionPlace, ConnectionSet, type SetKind } from './connection-set.js';
import { IdIndex } from './id-index.js';
import { matchesFilter } from './matches-filter.js';
import type { LiveConnection, LiveToken } from './live-connection.js';

type Index<Key = string> = Map<Key, ConnectionSet>;

/** The live connections of this gateway, indexed by tenant, route, key and token expiry. */
export class ConnectionRegistry {
  readonly #byId = new IdIndex();
  readonly #byTenant: Index = new Map();
  readonly #byRoute: Index = new Map();
  readonly #byApiKey: Index = new Map();
  /** By the second since 1970 in which the token expires. */
  readonly #byTokenExpiry: Index<number> = new Map();

  get size(): number {
    return this.#byId.size;
  }

  all(): Iterable<LiveConnection> {
    return this.#byId;
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
    const place = new ConnectionPlace(connection);
    const { tenant, route, apiKey, token } = connection;
    this.#byId.add(place);
    addTo(this.#byTenant, 'tenant', tenant.id, place);
    addTo(this.#byRoute, 'route', route.id, place);
    if (apiKey) addTo(this.#byApiKey, 'credential', apiKey.id, place);
    if (token) addTo(this.#byTokenExpiry, 'credential', expirySecond(token), place);
  }

  /** Safe to call twice. */
  remove({ id, tenant, route, apiKey, token }: LiveConnection): void {
    const place = this.#byId.get(id);
    if (!place) return;
    this.#byId.delete(place);
    removeFrom(this.#byTenant, tenant.id, place);
    removeFrom(this.#byRoute, route.id, place);
    if (apiKey) removeFrom(this.#byApiKey, apiKey.id, place);
    if (token) removeFrom(this.#byTokenExpiry, expirySecond(token), place);
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

const none = new ConnectionSet('tenant');

function expirySecond({ expiresAtMs }: LiveToken): number {
  return Math.ceil(expiresAtMs / 1000);
}

function addTo<Key>(index: Index<Key>, kind: SetKind, key: Key, place: ConnectionPlace): void {
  const existing = index.get(key);
  const set = existing ?? new ConnectionSet(kind);
  if (!existing) index.set(key, set);
  set.add(place);
}

function removeFrom<Key>(index: Index<Key>, key: Key, place: ConnectionPlace): void {
  const existing = index.get(key);
  existing?.delete(place);
  if (existing?.size === 0) index.delete(key);
}
