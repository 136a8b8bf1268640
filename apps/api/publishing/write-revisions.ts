import type { EntityManager } from 'typeorm';
import { auditActorOf, writeAuditEntries } from '../audit/write-audit-entries.js';
import { ConfigStateEntity, configStateId } from '../database/entities/config-state.entity.js';
import { OutboxRowEntity, type OutboxRow } from '../database/entities/outbox-row.entity.js';
import type { RequestContext } from '../http/request-context.js';
import { changeEvents } from '../webhook-queue/change-events.js';
import { enqueueEvents } from '../webhook-queue/enqueue-events.js';
import type { WebhookEvent } from '../webhook-queue/webhook-event.js';
import type { PendingChange } from './pending-change.js';

/**
 * Takes a revision for each change, without gaps, and writes its outbox row, audit entries and events for
 * webhooks in the transaction of the change itself. Returns the outbox rows.
 */
export async function writeRevisions(
  manager: EntityManager,
  context: RequestContext,
  at: string,
  changes: readonly PendingChange[],
): Promise<OutboxRow[]> {
  if (changes.length === 0) return [];
  const { revision: before } = await manager.findOneByOrFail(ConfigStateEntity, { id: configStateId });
  const actor = auditActorOf(context);
  const rows: OutboxRow[] = [];
  const events: WebhookEvent[] = [];
  for (const [index, { tenantId, entries, records }] of changes.entries()) {
    const row = { revision: before + index + 1, committedAt: at, tenantId, entries };
    await manager.insert(OutboxRowEntity, row);
    await writeAuditEntries(manager, actor, { revision: row.revision, at }, records);
    rows.push(row);
    const subjects = records.map(({ subject }) => subject);
    events.push(...changeEvents(row.revision, at, subjects));
  }
  await enqueueEvents(manager, events);
  await manager.update(ConfigStateEntity, { id: configStateId }, { revision: before + changes.length });
  return rows;
}
