import type { EntityManager } from 'typeorm';
import { newId } from '#libs/contract';
import {
  AuditEntryEntity,
  type AuditEntry,
  type AuditSubject,
} from '../database/entities/audit-entry.entity.js';
import { insertEntities } from '../database/insert-entities.js';
import { statementParts } from '../database/statement-parts.js';
import { actorIdOf } from '../http/principal.js';
import type { RequestContext } from '../http/request-context.js';
import type { AuditedStates } from './audited-state.js';

/** An action, and the audited fields of its target before and after it. */
export interface AuditRecord extends AuditedStates {
  subject: AuditSubject;
}

/** Who performed an action, from which address and with which request. */
export type AuditActor = Pick<AuditEntry, 'actorKind' | 'actorId' | 'clientAddress' | 'requestId'>;

/** Sluice itself. */
export const systemActor: AuditActor = {
  actorKind: 'system',
  actorId: null,
  clientAddress: null,
  requestId: null,
};

/** The sender of a request as an actor. */
export function auditActorOf({
  principal,
  clientAddress,
  requestId,
}: Pick<RequestContext, 'principal' | 'clientAddress' | 'requestId'>): AuditActor {
  return { actorKind: principal.kind, actorId: actorIdOf(principal), clientAddress, requestId };
}

/** Writes audit entries in the transaction of the actions. */
export async function writeAuditEntries(
  manager: EntityManager,
  actor: AuditActor,
  moment: Pick<AuditEntry, 'revision' | 'at'>,
  records: readonly AuditRecord[],
): Promise<void> {
  for (const part of statementParts(records)) {
    const entries = part.map(({ subject, before, after }) => ({
      id: newId('audit'),
      ...moment,
      ...actor,
      ...subject,
      before: before === null ? null : JSON.stringify(before),
      after: after === null ? null : JSON.stringify(after),
    }));
    await insertEntities(manager, AuditEntryEntity, entries);
  }
}
