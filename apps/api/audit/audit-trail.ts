import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Database } from '../database/database.js';
import type { AuditSubject } from '../database/entities/audit-entry.entity.js';
import { ConfigStateEntity, configStateId } from '../database/entities/config-state.entity.js';
import { laneOf } from '../http/principal.js';
import type { RequestContext } from '../http/request-context.js';
import { auditedStates } from './audited-state.js';
import { auditActorOf, writeAuditEntries, type AuditActor } from './write-audit-entries.js';

/** Audits actions that change no configuration. Changes are audited in their own transaction. */
@Injectable()
export class AuditTrail {
  constructor(private readonly database: Database) {}

  /**
   * Must be awaited before the action, so that every action is recorded; rejects when the database cannot be
   * written.
   */
  async record(
    context: Pick<RequestContext, 'principal' | 'clientAddress' | 'requestId'>,
    subject: AuditSubject,
  ): Promise<void> {
    const lane = laneOf(context.principal);
    const actor = auditActorOf(context);
    await this.database.write((manager) => this.recordWithin(manager, actor, subject), { lane });
  }

  /** Does the same in the transaction of the action itself. */
  async recordWithin(manager: EntityManager, actor: AuditActor, subject: AuditSubject): Promise<void> {
    const { revision } = await manager.findOneByOrFail(ConfigStateEntity, { id: configStateId });
    const states = await auditedStates(subject, this.database.read, manager);
    const moment = { revision, at: new Date().toISOString() };
    await writeAuditEntries(manager, actor, moment, [{ subject, ...states }]);
  }
}
