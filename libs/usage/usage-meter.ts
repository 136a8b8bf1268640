import { SerialQueue, WorkSlice } from '#libs/async';
import type { LiveConnection } from '#libs/connections';
import { noUsage, type UsageCounters, type UsageRow } from '#libs/contract';
import { addRelayed, isNothing, UsageEntry, type Relayed, type UsageSubject } from './usage-entry.js';

export interface UsageMeterInput {
  /** The live connections. */
  connections: { all(): Iterable<LiveConnection> };
  /** Milliseconds of a clock that is never set. */
  now: () => number;
}

/** The usage that is in no report yet. */
export interface Measurement {
  rows: UsageRow[];
  /** These of the rows are in a report now. */
  commit: (rows: readonly UsageRow[]) => void;
}

/**
 * Measures what the connections of this gateway have used, by tenant, route and key. A message costs nothing
 * here: tunnels count anyway, and a measurement reads the counters of all live connections, in slices.
 */
export class UsageMeter {
  readonly #routes = new Map<string, Map<string, UsageEntry>>();
  readonly #measurements = new SerialQueue();
  #isReading = false;

  constructor(private readonly input: UsageMeterInput) {}

  /** A connection was added to the live ones. */
  opened({ tenant, route, apiKey }: Pick<LiveConnection, 'tenant' | 'route' | 'apiKey'>): void {
    this.#entryOf(tenant.id, route.id, apiKey?.id ?? null).open(this.input.now());
  }

  /** A connection was removed from the live ones. */
  ended(record: UsageSubject & Relayed): void {
    const { tenantId, routeId, apiKeyId } = record;
    this.#entryOf(tenantId, routeId, apiKeyId).end(record, this.input.now(), this.#isReading);
  }

  /** The subjects that have usage to report, or live connections. */
  get size(): number {
    let size = 0;
    for (const entries of this.#routes.values()) size += entries.size;
    return size;
  }

  /**
   * Calls `use` with the usage that is not yet reported. One call runs at a time, so that nothing is reported
   * twice.
   */
  measure<Result>(use: (measurement: Measurement) => Promise<Result>): Promise<Result> {
    return this.#measurements.run(async () => {
      const rows = await this.#read();
      const commit = (reported: readonly UsageRow[]): void => {
        for (const row of reported) rows.get(row)?.report(row);
      };
      const result = await use({ rows: [...rows.keys()], commit });
      this.#dropFinished();
      return result;
    });
  }

  // A connection that ends meanwhile is still read, with its last counters, and counts as live until all are
  // read.
  async #read(): Promise<Map<UsageRow, UsageEntry>> {
    this.#isReading = true;
    const slice = new WorkSlice();
    const relayed = await this.#readConnections(slice);
    const rows = new Map<UsageRow, UsageEntry>();
    for (const entry of this.#entries()) {
      const usage = entry.unreported(entry.total(relayed.get(entry) ?? noUsage(), this.input.now()));
      if (!isNothing(usage)) rows.set({ ...entry.subject, ...usage }, entry);
      if (slice.isOver()) await slice.next();
    }
    this.#isReading = false;
    for (const entry of this.#entries()) entry.settle();
    return rows;
  }

  async #readConnections(slice: WorkSlice): Promise<Map<UsageEntry, UsageCounters>> {
    const relayed = new Map<UsageEntry, UsageCounters>();
    for (const { tenant, route, apiKey, tunnel } of [...this.input.connections.all()]) {
      const entry = this.#entryOf(tenant.id, route.id, apiKey?.id ?? null);
      const usage = relayed.get(entry) ?? noUsage();
      relayed.set(entry, usage);
      addRelayed(usage, { fromClient: tunnel.fromClient(), fromUpstream: tunnel.fromUpstream() });
      if (slice.isOver()) await slice.next();
    }
    return relayed;
  }

  *#entries(): Generator<UsageEntry, void, undefined> {
    for (const entries of this.#routes.values()) yield* entries.values();
  }

  // The tenant follows from the route. The entries stay for as long as there is usage, so they need less
  // memory than sets of connections would.
  #entryOf(tenantId: string, routeId: string, apiKeyId: string | null): UsageEntry {
    const entries = this.#routes.get(routeId) ?? new Map<string, UsageEntry>();
    if (entries.size === 0) this.#routes.set(routeId, entries);
    const key = apiKeyId ?? '';
    let entry = entries.get(key);
    if (!entry) {
      entry = new UsageEntry({ tenantId, routeId, apiKeyId }, this.input.now());
      entries.set(key, entry);
    }
    return entry;
  }

  #dropFinished(): void {
    for (const [routeId, entries] of this.#routes) {
      for (const [key, entry] of entries) if (entry.isFinished) entries.delete(key);
      if (entries.size === 0) this.#routes.delete(routeId);
    }
  }
}
