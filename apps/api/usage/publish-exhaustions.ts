import type { ConfigEntry, PublishedExhaustion } from '#libs/contract';
import { ExhaustionEntity } from '../database/entities/exhaustion.entity.js';
import { statementParts } from '../database/statement-parts.js';
import type { RequestContext } from '../http/request-context.js';
import { maxEntriesPerChange } from '../plans/changes-of-plan.js';
import type { ConfigurationWriter } from '../publishing/configuration-writer.js';
import type { PendingChange } from '../publishing/pending-change.js';
import { endOfExhaustion, exhaustionEntry } from '../resources/exhaustion.js';

/**
 * Stores and publishes the difference between the published exhaustions and the wanted ones, if there is
 * one.
 */
export async function publishExhaustions(
  writer: Pick<ConfigurationWriter, 'commitAll'>,
  published: readonly PublishedExhaustion[],
  wanted: readonly PublishedExhaustion[],
): Promise<void> {
  const { changed, ended } = differenceOf(published, wanted);
  if (changed.length + ended.length === 0) return;
  await writer.commitAll(ofSluice(), async (manager) => {
    for (const part of statementParts(changed)) await manager.upsert(ExhaustionEntity, part, ['id']);
    const endedIds = ended.map(({ id }) => id);
    for (const ids of statementParts(endedIds)) await manager.delete(ExhaustionEntity, ids);
    const entries = [
      ...changed.map((row) => ({ tenantId: row.tenantId, entry: exhaustionEntry(row) })),
      ...ended.map((row) => ({ tenantId: row.tenantId, entry: endOfExhaustion(row) })),
    ];
    return { answer: null, changes: changesOf(entries) };
  });
}

function differenceOf(
  published: readonly PublishedExhaustion[],
  wanted: readonly PublishedExhaustion[],
): { changed: PublishedExhaustion[]; ended: PublishedExhaustion[] } {
  const before = new Map(published.map((row) => [row.id, row]));
  const after = new Set(wanted.map(({ id }) => id));
  const changed = wanted.filter(({ id, until, closesLive }) => {
    const row = before.get(id);
    return row?.until !== until || row.closesLive !== closesLive;
  });
  return { changed, ended: published.filter(({ id }) => !after.has(id)) };
}

/** A change has entries of one tenant. */
function changesOf(entries: readonly { tenantId: string; entry: ConfigEntry }[]): PendingChange[] {
  const byTenant = new Map<string, ConfigEntry[]>();
  for (const { tenantId, entry } of entries) {
    const ofTenant = byTenant.get(tenantId) ?? [];
    byTenant.set(tenantId, ofTenant);
    ofTenant.push(entry);
  }
  const changes: PendingChange[] = [];
  for (const [tenantId, ofTenant] of byTenant) {
    for (let start = 0; start < ofTenant.length; start += maxEntriesPerChange) {
      const part = ofTenant.slice(start, start + maxEntriesPerChange);
      changes.push({ tenantId, entries: part, records: [] });
    }
  }
  return changes;
}

/** Sluice itself decides; nothing is audited. */
function ofSluice(): RequestContext {
  return {
    principal: { kind: 'admin' },
    requestId: 'quota',
    clientAddress: null,
    ifMatch: null,
    ifNoneMatch: null,
    idempotency: null,
    committedRevision: null,
    created: false,
    warnings: [],
  };
}
