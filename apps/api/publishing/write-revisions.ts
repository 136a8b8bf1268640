import type { EntityManager } from 'typeorm';
import { auditActorOf, writeAuditEntries } from '../audit/write-audit-entries.js';
import { ConfigStateEntity, configStateId } from '../database/entities/config-state.entity.js';
import { OutboxRowEntity, type OutboxRow } from '../database/entities/outbox-row.entity.js';
import type { RequestContext } from '../http/request-context.js';
import type { RevisionDraft } from './revision-draft.js';

/**
 * Takes a revision for each draft, without gaps, and writes what is published of it and what the audit trail keeps, in
 * the transaction of the change itself. Answers with what was written to the outbox.
 */
export async function writeRevisions(
  manager: EntityManager,
  context: RequestContext,
  at: string,
  drafts: readonly RevisionDraft[],
): Promise<OutboxRow[]> {
  if (drafts.length === 0) return [];
  const { revision: before } = await manager.findOneByOrFail(ConfigStateEntity, { id: configStateId });
  const actor = auditActorOf(context);
  const rows: OutboxRow[] = [];
  for (const [index, { tenantId, entries, acts }] of drafts.entries()) {
    const row = { revision: before + index + 1, committedAt: at, tenantId, entries };
    await manager.insert(OutboxRowEntity, row);
    await writeAuditEntries(manager, actor, { revision: row.revision, at }, acts);
    rows.push(row);
  }
  await manager.update(ConfigStateEntity, { id: configStateId }, { revision: before + drafts.length });
  return rows;
}
