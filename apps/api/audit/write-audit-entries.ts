import type { EntityManager } from 'typeorm';
import { newId } from '#libs/contract';
import { actorIdOf } from '../authentication/principal.js';
import type { RequestContext } from '../http/request-context.js';
import type { AuditedStates } from './audited-state.js';
import { AuditEntryEntity, type AuditEntry, type AuditSubject } from './audit-entry.entity.js';

/** What was done to what, and the thing before and after it, as far as the trail keeps it. */
export interface AuditedAct extends AuditedStates {
  subject: AuditSubject;
}

// SQLite takes 32,766 values in a statement, and an entry has 12. A statement of so many takes a few milliseconds to make.
const entriesPerStatement = 100;

/** Writes who did it, and from where, in the transaction of what was done. */
export async function writeAuditEntries(
  manager: EntityManager,
  { principal, clientAddress }: Pick<RequestContext, 'principal' | 'clientAddress'>,
  moment: Pick<AuditEntry, 'revision' | 'at'>,
  acts: readonly AuditedAct[],
): Promise<void> {
  const actor = { actorKind: principal.kind, actorId: actorIdOf(principal), clientAddress };
  for (let start = 0; start < acts.length; start += entriesPerStatement) {
    const entries = acts.slice(start, start + entriesPerStatement).map(({ subject, before, after }) => ({
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
