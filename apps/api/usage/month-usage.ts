import type { EntityManager } from 'typeorm';
import { usageCounterNames, type UsageCounters, type UsageRow } from '#libs/contract';
import { count, nothingCounted, type CountedUsage } from './counted-usage.js';
import type { Month } from './month.js';
import type { PlacedRow } from './usage-tables.js';

type SummedRow = { routeId: string; apiKeyId: string } & Record<keyof UsageCounters, number | string>;

/**
 * The usage of tenants, routes and keys in a month, by the id of each. It is read from the database once for
 * each tenant; then each stored report is added.
 */
export class MonthUsage {
  readonly #bySubject = new Map<string, CountedUsage>();
  readonly #tenants = new Set<string>();

  constructor(readonly month: Month) {}

  hasTenant(tenantId: string): boolean {
    return this.#tenants.has(tenantId);
  }

  async load(manager: EntityManager, tenantId: string): Promise<void> {
    for (const row of await readMonth(manager, this.month, tenantId)) this.#count(row);
    this.#tenants.add(tenantId);
  }

  /** Adds rows that were stored, except those of tenants that are still to be read. */
  add(rows: readonly PlacedRow[]): void {
    const { firstDay, endDay } = this.month;
    for (const row of rows) {
      if (this.#tenants.has(row.tenantId) && row.period >= firstDay && row.period < endDay) this.#count(row);
    }
  }

  /** The usage of a tenant, a route or a key. */
  of(subjectId: string): CountedUsage {
    return this.#bySubject.get(subjectId) ?? nothingCounted();
  }

  #count(row: UsageRow): void {
    countBySubject(this.#bySubject, row);
  }
}

/** Adds a row to its tenant, its route and its key. */
export function countBySubject(bySubject: Map<string, CountedUsage>, row: UsageRow): void {
  for (const id of [row.tenantId, row.routeId, row.apiKeyId]) {
    if (id === null) continue;
    const counted = bySubject.get(id) ?? nothingCounted();
    bySubject.set(id, counted);
    count(counted, row);
  }
}

/** The usage of each route and key of a tenant in a month. */
export async function readMonth(
  manager: EntityManager,
  { firstDay, endDay }: Month,
  tenantId: string,
): Promise<UsageRow[]> {
  const sums = usageCounterNames.map((name) => `SUM("${name}") AS "${name}"`);
  const rows = await manager.query<SummedRow[]>(
    `SELECT "routeId", "apiKeyId", ${sums.join()} FROM usage_days ` +
      `WHERE "tenantId" = $1 AND "period" >= $2 AND "period" < $3 GROUP BY "routeId", "apiKeyId"`,
    [tenantId, firstDay, endDay],
  );
  return rows.map((row) => ({
    tenantId,
    routeId: row.routeId,
    apiKeyId: row.apiKeyId === '' ? null : row.apiKeyId,
    connections: Number(row.connections),
    connectionMs: Number(row.connectionMs),
    messagesFromClients: Number(row.messagesFromClients),
    bytesFromClients: Number(row.bytesFromClients),
    messagesFromUpstreams: Number(row.messagesFromUpstreams),
    bytesFromUpstreams: Number(row.bytesFromUpstreams),
  }));
}
