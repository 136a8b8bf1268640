import type { EntityManager } from 'typeorm';
import { usageCounterNames, type UsageRow } from '#libs/contract';
import { statementParts } from '../database/statement-parts.js';

export const hourMs = 3_600_000;
export const dayMs = 24 * hourMs;

/** The tables of usage: of each, how long its periods are. They count from 1970, in UTC. */
export const usageTables = {
  hour: { name: 'usage_hours', periodMs: hourMs },
  day: { name: 'usage_days', periodMs: dayMs },
} as const;

export type UsageUnit = keyof typeof usageTables;

/** Usage that began in a period. */
export interface PlacedRow extends UsageRow {
  period: number;
}

const keyColumns = ['period', 'tenantId', 'routeId', 'apiKeyId'];

/** Adds rows to a table. No two of them have the same period and subject. */
export async function addUsage(
  manager: EntityManager,
  unit: UsageUnit,
  rows: readonly PlacedRow[],
): Promise<void> {
  const { name } = usageTables[unit];
  const columns = [...keyColumns, ...usageCounterNames];
  const sums = usageCounterNames.map((column) => `"${column}" = ${name}."${column}" + excluded."${column}"`);
  for (const part of statementParts(rows)) {
    const values = part.flatMap((row) => [
      row.period,
      row.tenantId,
      row.routeId,
      row.apiKeyId ?? '',
      ...usageCounterNames.map((column) => row[column]),
    ]);
    const places = part.map((_, index) => placesFrom(index * columns.length, columns.length));
    await manager.query(
      `INSERT INTO ${name} (${columns.map((column) => `"${column}"`).join()}) VALUES ${places.join()} ` +
        `ON CONFLICT (${keyColumns.map((column) => `"${column}"`).join()}) DO UPDATE SET ${sums.join()}`,
      values,
    );
  }
}

function placesFrom(start: number, count: number): string {
  const places = Array.from({ length: count }, (_, index) => `$${start + index + 1}`);
  return `(${places.join()})`;
}
