import type { EntityManager } from 'typeorm';
import { newId } from '#libs/contract';
import { actorIdOf } from '../authentication/principal.js';
import type { RequestContext } from '../http/request-context.js';
import type { AuditedState } from './audited-state.js';
import { AuditEntryEntity, type AuditEntry, type AuditSubject } from './audit-entry.entity.js';

interface AuditedStates {
  before: AuditedState | null;
  after: AuditedState | null;
}

/** Writes who did it, and from where, in the transaction of what was done. */
export async function writeAuditEntry(
  manager: EntityManager,
  { principal, clientAddress }: Pick<RequestContext, 'principal' | 'clientAddress'>,
  moment: Pick<AuditEntry, 'revision' | 'at'>,
  subject: AuditSubject,
  { before, after }: AuditedStates,
): Promise<void> {
  await manager.insert(AuditEntryEntity, {
    id: newId('audit'),
    ...moment,
    actorKind: principal.kind,
    actorId: actorIdOf(principal),
    clientAddress,
    ...subject,
    before: before === null ? null : JSON.stringify(before),
    after: after === null ? null : JSON.stringify(after),
  });
}
