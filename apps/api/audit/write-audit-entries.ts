import type { EntityManager } from 'typeorm';
import { newId } from '#libs/contract';
import {
  AuditEntryEntity,
  type AuditEntry,
  type AuditSubject,
} from '../database/entities/audit-entry.entity.js';
import { actorIdOf } from '../http/principal.js';
import type { RequestContext } from '../http/request-context.js';
import type { AuditedStates } from './audited-state.js';

/** An action and its target before and after it, as far as the trail keeps them. */
export interface AuditRecord extends AuditedStates {
  subject: AuditSubject;
}

/** Who did something, and from where. */
export type AuditActor = Pick<AuditEntry, 'actorKind' | 'actorId' | 'clientAddress'>;

/** Sluice itself. */
export const systemActor: AuditActor = { actorKind: 'system', actorId: null, clientAddress: null };

/** Who sent a request, and from where. */
export function auditActorOf({
  principal,
  clientAddress,
}: Pick<RequestContext, 'principal' | 'clientAddress'>): AuditActor {
  return { actorKind: principal.kind, actorId: actorIdOf(principal), clientAddress };
}

// SQLite takes 32,766 values in a statement, and an entry has 12. A statement of so many takes a few milliseconds to make.
const entriesPerStatement = 100;

/** Writes who did it, and from where, in the transaction of what was done. */
export async function writeAuditEntries(
  manager: EntityManager,
  actor: AuditActor,
  moment: Pick<AuditEntry, 'revision' | 'at'>,
  records: readonly AuditRecord[],
): Promise<void> {
  for (let start = 0; start < records.length; start += entriesPerStatement) {
    const entries = records.slice(start, start + entriesPerStatement).map(({ subject, before, after }) => ({
      id: newId('audit'),
      ...moment,
      ...actor,
      ...subject,
      before: before === null ? null : JSON.stringify(before),
      after: after === null ? null : JSON.stringify(after),
    }));
    await manager.insert(AuditEntryEntity, entries);
  }
}
