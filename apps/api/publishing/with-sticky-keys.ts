import { In, type EntityManager } from 'typeorm';
import type { ConfigEntry } from '#libs/contract';
import { StickyKeyEntity, type StickyKeyRow } from '../database/entities/sticky-key.entity.js';
import { statementParts } from '../database/statement-parts.js';
import { newStickyKey, stickyKeyEntry } from '../resources/sticky-key.js';
import type { PendingChange } from './pending-change.js';

/**
 * The changes with the sticky keys that they need: the first sticky route of a tenant creates its key, and
 * the key is deleted with the tenant. `before` reads the committed state before the changes.
 */
export async function withStickyKeys(
  changes: PendingChange[],
  before: EntityManager,
  manager: EntityManager,
  at: string,
): Promise<PendingChange[]> {
  const deleted = await deletedKeys(changes, before);
  const created = await createdKeys(changes, manager, at);
  if (deleted.size + created.size === 0) return changes;
  return changes.map((change) => {
    const added: ConfigEntry[] = [];
    const { tenantId, entries } = change;
    if (entries.some(isDeletedTenant)) added.push(...take(deleted, tenantId, deletionOf));
    if (entries.some(isSticky)) added.push(...take(created, tenantId, stickyKeyEntry));
    return added.length === 0 ? change : { ...change, entries: [...added, ...entries] };
  });
}

async function deletedKeys(
  changes: readonly PendingChange[],
  before: EntityManager,
): Promise<Map<string, StickyKeyRow>> {
  return keysOf(tenantsWith(changes, isDeletedTenant), before);
}

async function createdKeys(
  changes: readonly PendingChange[],
  manager: EntityManager,
  at: string,
): Promise<Map<string, StickyKeyRow>> {
  const tenantIds = tenantsWith(changes, isSticky);
  const existing = await keysOf(tenantIds, manager);
  const created = tenantIds.filter((id) => !existing.has(id)).map((id) => newStickyKey(id, at));
  for (const rows of statementParts(created)) await manager.insert(StickyKeyEntity, rows);
  return new Map(created.map((row) => [row.tenantId, row]));
}

function tenantsWith(changes: readonly PendingChange[], has: (entry: ConfigEntry) => boolean): string[] {
  return [...new Set(changes.flatMap(({ tenantId, entries }) => (entries.some(has) ? [tenantId] : [])))];
}

async function keysOf(
  tenantIds: readonly string[],
  manager: EntityManager,
): Promise<Map<string, StickyKeyRow>> {
  const keys = new Map<string, StickyKeyRow>();
  for (const ids of statementParts(tenantIds)) {
    const rows = await manager.find(StickyKeyEntity, { where: { tenantId: In(ids) } });
    for (const row of rows) keys.set(row.tenantId, row);
  }
  return keys;
}

// The entries of a tenant may be in several changes; its key is added to the first of them.
function take(
  keys: Map<string, StickyKeyRow>,
  tenantId: string,
  entryOf: (row: StickyKeyRow) => ConfigEntry,
): ConfigEntry[] {
  const row = keys.get(tenantId);
  keys.delete(tenantId);
  return row === undefined ? [] : [entryOf(row)];
}

function deletionOf({ id }: StickyKeyRow): ConfigEntry {
  return { kind: 'stickyKey', id, value: null };
}

function isDeletedTenant({ kind, value }: ConfigEntry): boolean {
  return kind === 'tenant' && value === null;
}

function isSticky({ kind, value }: ConfigEntry): boolean {
  return kind === 'route' && value?.balancing === 'sticky';
}
