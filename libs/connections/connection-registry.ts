import type { ConnectionFilter } from '#libs/contract';
import { matchesFilter } from './matches-filter.js';
import type { LiveConnection } from './live-connection.js';

type Index = Map<string, Set<LiveConnection>>;

/** The live connections of this gateway, found by what they belong to. */
export class ConnectionRegistry {
  readonly #byId = new Map<string, LiveConnection>();
  readonly #byTenant: Index = new Map();
  readonly #byRoute: Index = new Map();
  readonly #byApiKey: Index = new Map();

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

  /** Adds a connection; the answer takes it out again, and may be called twice. */
  add(connection: LiveConnection): () => void {
    const places: [Index, string][] = [
      [this.#byTenant, connection.tenant.id],
      [this.#byRoute, connection.route.id],
    ];
    if (connection.apiKey) places.push([this.#byApiKey, connection.apiKey.id]);
    this.#byId.set(connection.id, connection);
    for (const [index, id] of places) addTo(index, id, connection);
    return () => {
      this.#byId.delete(connection.id);
      for (const [index, id] of places) removeFrom(index, id, connection);
    };
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

function addTo(index: Index, id: string, connection: LiveConnection): void {
  const existing = index.get(id);
  if (existing) existing.add(connection);
  else index.set(id, new Set([connection]));
}

function removeFrom(index: Index, id: string, connection: LiveConnection): void {
  const existing = index.get(id);
  existing?.delete(connection);
  if (existing?.size === 0) index.delete(id);
}
