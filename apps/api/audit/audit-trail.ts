import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Database } from '../database/database.js';
import type { AuditSubject } from '../database/entities/audit-entry.entity.js';
import { ConfigStateEntity, configStateId } from '../database/entities/config-state.entity.js';
import { laneOf } from '../http/principal.js';
import type { RequestContext } from '../http/request-context.js';
import { auditedStates } from './audited-state.js';
import { auditActorOf, writeAuditEntries, type AuditActor } from './write-audit-entries.js';

/** For acts that change no configuration. Those that do are audited in the transaction that changes it. */
@Injectable()
export class AuditTrail {
  constructor(private readonly database: Database) {}

  /** Await this before the act, so that nothing happens that leaves no trace; rejects when the database takes no writes. */
  async record(
    context: Pick<RequestContext, 'principal' | 'clientAddress'>,
    subject: AuditSubject,
  ): Promise<void> {
    const lane = laneOf(context.principal);
    const actor = auditActorOf(context);
    await this.database.write((manager) => this.recordWithin(manager, actor, subject), { lane });
  }

  /** The same within the transaction of the act itself. */
  async recordWithin(manager: EntityManager, actor: AuditActor, subject: AuditSubject): Promise<void> {
    const { revision } = await manager.findOneByOrFail(ConfigStateEntity, { id: configStateId });
    const states = await auditedStates(subject, this.database.read, manager);
    const moment = { revision, at: new Date().toISOString() };
    await writeAuditEntries(manager, actor, moment, [{ subject, ...states }]);
  }
}
