import { Injectable } from '@nestjs/common';
import { In, LessThan, type EntityManager } from 'typeorm';
import { usageCounterNames, type UsageRow } from '#libs/contract';
import type { Answer } from '#libs/fleet';
import { Database } from '../database/database.js';
import { UsageSequenceEntity } from '../database/entities/usage-sequence.entity.js';
import { addUsage, dayMs, usageTables, type PlacedRow, type UsageUnit } from './usage-tables.js';

export type ReceivedReport = Answer<'usageReports'>['reports'][number];

/** A gateway, and the sequence up to which its reports are stored. */
export interface StoredSequence {
  gatewayId: string;
  sequence: number;
}

export interface StoredUsage {
  sequences: StoredSequence[];
  /** The rows that were not stored before, by day. */
  days: PlacedRow[];
}

// A separate lane: writes of operators go first, and tenants take turns with it.
const lane = 'usage';
// Deleting this many rows takes some 10 ms.
const rowsPerDeletion = 5000;

/** Stores reports of usage, each once, and deletes old usage. */
@Injectable()
export class UsageStore {
  constructor(private readonly database: Database) {}

  /**
   * Adds the reports that are not stored yet, and their sequences in the same transaction.
   * `receivedAtMs` is the time by the clock of this API, from which the age of each report is
   * subtracted: the clocks of gateways may be wrong.
   */
  store(reports: readonly ReceivedReport[], receivedAtMs: number): Promise<StoredUsage> {
    return this.database.write((manager) => this.#store(manager, reports, receivedAtMs), { lane });
  }

  /** Deletes the usage before a time. */
  async prune(beforeMs: number): Promise<void> {
    for (const unit of ['hour', 'day'] as const) await this.#pruneTable(unit, beforeMs);
    // The usage of such a report would be deleted at once, if it came again.
    const old = { storedAt: LessThan(new Date(beforeMs - dayMs).toISOString()) };
    // Without anything to delete, it must not take the turn of another write.
    if (!(await this.database.read.existsBy(UsageSequenceEntity, old))) return;
    await this.database.write((manager) => manager.delete(UsageSequenceEntity, old), { lane });
  }

  async #store(
    manager: EntityManager,
    reports: readonly ReceivedReport[],
    receivedAtMs: number,
  ): Promise<StoredUsage> {
    const stored = await sequencesOf(manager, [...new Set(reports.map(({ gatewayId }) => gatewayId))]);
    const added: ReceivedReport[] = [];
    for (const report of [...reports].sort((one, other) => one.sequence - other.sequence)) {
      if (report.sequence <= (stored.get(report.gatewayId) ?? 0)) continue;
      stored.set(report.gatewayId, report.sequence);
      added.push(report);
    }
    const sequences = [...stored].map(([gatewayId, sequence]) => ({ gatewayId, sequence }));
    if (added.length === 0) return { sequences, days: [] };
    const storedAt = new Date(receivedAtMs).toISOString();
    const changed = new Set(added.map(({ gatewayId }) => gatewayId));
    const rows = sequences.filter(({ gatewayId }) => changed.has(gatewayId));
    await manager.upsert(
      UsageSequenceEntity,
      rows.map((row) => ({ ...row, storedAt })),
      ['gatewayId'],
    );
    const days = placedRows('day', added, receivedAtMs);
    await addUsage(manager, 'hour', placedRows('hour', added, receivedAtMs));
    await addUsage(manager, 'day', days);
    return { sequences, days };
  }

  async #pruneTable(unit: UsageUnit, beforeMs: number): Promise<void> {
    const { name, periodMs } = usageTables[unit];
    const before = Math.floor(beforeMs / periodMs);
    for (;;) {
      const [oldest] = await this.database.read.query<{ period: number | null }[]>(
        `SELECT MAX("period") AS "period" FROM (SELECT "period" FROM ${name} WHERE "period" < $1 ` +
          `ORDER BY "period" LIMIT ${rowsPerDeletion}) AS oldest`,
        [before],
      );
      const period = oldest?.period ?? null;
      if (period === null) return;
      await this.database.write(
        (manager) => manager.query(`DELETE FROM ${name} WHERE "period" <= $1`, [period]),
        { lane },
      );
    }
  }
}

/** The sequence up to which the reports of each of these gateways are stored. */
async function sequencesOf(
  manager: EntityManager,
  gatewayIds: readonly string[],
): Promise<Map<string, number>> {
  const rows = await manager.findBy(UsageSequenceEntity, { gatewayId: In([...gatewayIds]) });
  return new Map(rows.map(({ gatewayId, sequence }) => [gatewayId, sequence]));
}

/** The rows of reports in the periods in which most of each report lies, added up. */
function placedRows(unit: UsageUnit, reports: readonly ReceivedReport[], receivedAtMs: number): PlacedRow[] {
  const placed = new Map<string, PlacedRow>();
  for (const { rows, ageMs, periodMs } of reports) {
    const period = Math.floor((receivedAtMs - ageMs - periodMs / 2) / usageTables[unit].periodMs);
    for (const row of rows) addTo(placed, row, Math.max(0, period));
  }
  return [...placed.values()];
}

function addTo(placed: Map<string, PlacedRow>, row: UsageRow, period: number): void {
  const key = `${period} ${row.tenantId} ${row.routeId} ${row.apiKeyId ?? ''}`;
  const sum = placed.get(key);
  if (!sum) {
    placed.set(key, { ...row, period });
    return;
  }
  for (const name of usageCounterNames) sum[name] += row[name];
}
