import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { laneOf } from '../authentication/principal.js';
import { Database } from '../database/database.js';
import type { RequestContext } from '../http/request-context.js';
import { IdempotencyStore } from '../idempotency/idempotency-store.js';
import type { AuditSubject } from './audit-entry.entity.js';
import { AuditTrail } from './audit-trail.js';
import { auditActorOf } from './write-audit-entries.js';

/** Acts of a POST that happen outside of the database, in Redis or in a gateway. */
@Injectable()
export class AuditedActs {
  constructor(
    private readonly database: Database,
    private readonly audit: AuditTrail,
    private readonly idempotency: IdempotencyStore,
  ) {}

  /**
   * Audits the act, then carries it out and returns its answer. With an `Idempotency-Key` it is carried out at most once:
   * `expected`, an answer that is true before the act, is stored with the audit entry, and the act's own answer takes its
   * place. An act that rejects may be tried again with the same key.
   */
  async carryOut<Answer extends object>(
    context: RequestContext,
    subject: AuditSubject,
    expected: object,
    act: () => Promise<Answer>,
  ): Promise<Answer> {
    const { idempotency: request } = context;
    const begin = async (manager: EntityManager): Promise<void> => {
      if (request) await this.idempotency.requireNotCarriedOut(manager, request);
      await this.audit.recordWithin(manager, auditActorOf(context), subject);
      if (request) await this.idempotency.remember(manager, request, expected);
    };
    await this.database.write(begin, { lane: laneOf(context.principal) });
    // What follows is in no lane: one that is full would refuse an act that was carried out.
    const answer = await act().catch(async (error: unknown) => {
      if (request) await this.database.write((manager) => this.idempotency.forget(manager, request));
      throw error;
    });
    if (request) await this.database.write((manager) => this.idempotency.amend(manager, request, answer));
    return answer;
  }
}
