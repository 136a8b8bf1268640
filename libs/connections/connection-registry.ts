import type { LiveConnection } from './live-connection.js';

type Index = Map<string, Set<LiveConnection>>;

/** The live connections of this gateway, found by what they belong to. */
export class ConnectionRegistry {
  readonly #all = new Set<LiveConnection>();
  readonly #byTenant: Index = new Map();
  readonly #byRoute: Index = new Map();
  readonly #byApiKey: Index = new Map();

  get size(): number {
    return this.#all.size;
  }

  all(): ReadonlySet<LiveConnection> {
    return this.#all;
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
    this.#all.add(connection);
    for (const [index, id] of places) addTo(index, id, connection);
    return () => {
      this.#all.delete(connection);
      for (const [index, id] of places) removeFrom(index, id, connection);
    };
  }
}

const none: ReadonlySet<LiveConnection> = new Set();

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
