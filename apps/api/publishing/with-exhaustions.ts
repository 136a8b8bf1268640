import { In, type EntityManager } from 'typeorm';
import type { ConfigEntry } from '#libs/contract';
import { ExhaustionEntity } from '../database/entities/exhaustion.entity.js';
import { statementParts } from '../database/statement-parts.js';
import { endOfExhaustion } from '../resources/exhaustion.js';
import type { PendingChange } from './pending-change.js';

/**
 * The changes, which for each deleted tenant also delete its published exhaustions. `before` reads the
 * committed state before the changes: the database deletes the rows with the tenant.
 */
export async function withExhaustions(
  changes: PendingChange[],
  before: EntityManager,
): Promise<PendingChange[]> {
  const tenantIds = changes.filter(deletesTenant).map(({ tenantId }) => tenantId);
  const ended = new Map<string, ConfigEntry[]>();
  for (const ids of statementParts(tenantIds)) {
    for (const row of await before.findBy(ExhaustionEntity, { tenantId: In(ids) })) {
      const entries = ended.get(row.tenantId) ?? [];
      ended.set(row.tenantId, entries);
      entries.push(endOfExhaustion(row));
    }
  }
  if (ended.size === 0) return changes;
  return changes.map((change) =>
    deletesTenant(change)
      ? { ...change, entries: [...(ended.get(change.tenantId) ?? []), ...change.entries] }
      : change,
  );
}

function deletesTenant({ entries }: PendingChange): boolean {
  return entries.some(({ kind, value }) => kind === 'tenant' && value === null);
}
