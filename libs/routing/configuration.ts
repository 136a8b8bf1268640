import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Release } from '#libs/async';
import type { ApplyResult, ConfigConsumer, RefusedEntry } from '#libs/config-bus';
import type {
  ConfigChange,
  ConfigEntry,
  ConfigPosition,
  ConfigSnapshot,
  PublishedApiKey,
  PublishedRoute,
  PublishedStickyKey,
  PublishedTenant,
} from '#libs/contract';
import { ConfigurationTables } from './configuration-tables.js';
import type { Exhaustion } from './exhaustion.js';
import type { RequestFacts } from './request-facts.js';

/** The applied change: a whole configuration, or the entries of one change. */
export type AppliedChange = { kind: 'all' } | { kind: 'entries'; entries: readonly ConfigEntry[] };
export type AppliedListener = (applied: AppliedChange) => void;

// About 2 ms of work with 4 µs an entry; `npm run bench -- routing` measures it.
const entriesPerSlice = 500;

/**
 * The configuration that a gateway serves: requests are matched and checked against it. It is empty and has
 * no position until the first `replace`. The caller keeps changes in the order of their revisions. If an
 * entry cannot be applied, the last good version stays. Returned values are never modified: a change replaces
 * them.
 */
export class Configuration implements ConfigConsumer {
  #tables = new ConfigurationTables();
  #currentPosition: ConfigPosition | null = null;
  #currentFleetId: string | null = null;
  #isReplacing = false;
  readonly #listeners = new Set<AppliedListener>();

  /** The position of the configuration: another object after each change. Null before the first one. */
  get position(): ConfigPosition | null {
    return this.#currentPosition;
  }

  /**
   * The fleet of this gateway; null before the first configuration, or if the published one does not name it.
   */
  get fleetId(): string | null {
    return this.#currentFleetId;
  }

  get counts(): { tenants: number; routes: number; apiKeys: number } {
    const { tenantCount, apiKeyCount, routes } = this.#tables;
    return { tenants: tenantCount, routes: routes.size, apiKeys: apiKeyCount };
  }

  /** The enabled route for a request with a normalized host and path; see `RouteTable`. */
  match(host: string, path: string, facts?: RequestFacts): PublishedRoute | null {
    return this.#tables.routes.match(host, path, facts);
  }

  tenant(id: string): PublishedTenant | null {
    return this.#tables.tenant(id);
  }

  route(id: string): PublishedRoute | null {
    return this.#tables.routes.get(id);
  }

  /** All routes, disabled ones included. */
  *routes(): Generator<PublishedRoute, void, undefined> {
    for (const [, route] of this.#tables.routes.entries()) yield route;
  }

  apiKey(id: string): PublishedApiKey | null {
    return this.#tables.apiKey(id);
  }

  /** The key that signs the sticky cookies of a tenant; null if it has none. */
  stickyKey(tenantId: string): PublishedStickyKey | null {
    return this.#tables.stickyKey(tenantId);
  }

  /** That the quota of a tenant, a route or an API key is used up; null if it is not. */
  exhaustion(subjectId: string): Exhaustion | null {
    return this.#tables.exhaustion(subjectId);
  }

  /** The key whose current or previous secret has this prefix, like `slc_AbC123dEf456`. */
  apiKeyByPrefix(prefix: string): PublishedApiKey | null {
    return this.#tables.apiKeyByPrefix(prefix);
  }

  /**
   * The current configuration, for the snapshot file; null before the first one. Later changes do not modify
   * it.
   */
  snapshot(): ConfigSnapshot | null {
    const position = this.#currentPosition;
    return position && { ...position, fleetId: this.fleetId, entries: this.#tables.entries() };
  }

  /** Calls back after each change, once the new state can be read. */
  onApplied(listener: AppliedListener): Release {
    // A wrapper, so that the same function can be registered twice, and each registration released by itself.
    const registered: AppliedListener = (applied) => listener(applied);
    this.#listeners.add(registered);
    return () => void this.#listeners.delete(registered);
  }

  /**
   * Builds the new state beside the old one, in slices, and swaps them. Refused while another `replace` runs.
   */
  async replace(snapshot: ConfigSnapshot): Promise<ApplyResult> {
    if (this.#isReplacing) return { ok: false, reason: 'another snapshot is being taken' };
    this.#isReplacing = true;
    const tables = new ConfigurationTables();
    const refused = await fill(tables, snapshot.entries).finally(() => (this.#isReplacing = false));
    this.#tables = tables;
    this.#currentPosition = { epoch: snapshot.epoch, revision: snapshot.revision };
    this.#currentFleetId = snapshot.fleetId;
    this.#announce({ kind: 'all' });
    return { ok: true, refused };
  }

  /** Applies one change synchronously. Refused while a `replace` runs, which would lose it. */
  apply(change: ConfigChange): ApplyResult {
    if (this.#isReplacing) return { ok: false, reason: 'a snapshot is being taken' };
    const refused = this.#tables.take(change.entries);
    this.#currentPosition = { epoch: change.epoch, revision: change.revision };
    this.#announce({ kind: 'entries', entries: without(refused, change.entries) });
    return { ok: true, refused };
  }

  #announce(applied: AppliedChange): void {
    for (const listener of this.#listeners) listener(applied);
  }
}

async function fill(tables: ConfigurationTables, entries: readonly ConfigEntry[]): Promise<RefusedEntry[]> {
  const refused: RefusedEntry[] = [];
  // Slices are applied in order, so all tenants come before what belongs to them.
  for (const areTenants of [true, false]) {
    for (let start = 0; start < entries.length; start += entriesPerSlice) {
      const slice = entries.slice(start, start + entriesPerSlice);
      refused.push(...tables.take(slice.filter((entry) => (entry.kind === 'tenant') === areTenants)));
      await nextTurn();
    }
  }
  return refused;
}

function without(refused: readonly RefusedEntry[], entries: readonly ConfigEntry[]): readonly ConfigEntry[] {
  if (refused.length === 0) return entries;
  const ids = new Set(refused.map(({ id }) => id));
  return entries.filter(({ id }) => !ids.has(id));
}
