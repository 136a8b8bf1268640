import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import type { EntityManager } from 'typeorm';
import { LOGGER } from '../composition/injection-tokens.js';
import { Database } from '../database/database.js';
import type { AuditSubject } from '../database/entities/audit-entry.entity.js';
import { laneOf } from '../http/principal.js';
import type { IdempotentRequest, RequestContext } from '../http/request-context.js';
import { IdempotencyStore } from '../idempotency/idempotency-store.js';
import { AuditTrail } from './audit-trail.js';
import { auditActorOf } from './write-audit-entries.js';

/** Runs the action of a POST that happens outside the database, in Redis or in a gateway. */
@Injectable()
export class AuditedActions {
  constructor(
    private readonly database: Database,
    private readonly audit: AuditTrail,
    private readonly idempotency: IdempotencyStore,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /**
   * Audits the action, then runs it and returns its answer. With an `Idempotency-Key` it runs at most once:
   * `expected`, an answer that is correct before the action, is stored with the audit entry, and replaced by
   * the answer of the action. An action that rejects may be repeated with the same key. Rejects as the action
   * does, even if the stored answer could not be updated.
   */
  async run<Answer extends object>(
    context: RequestContext,
    subject: AuditSubject,
    expected: object,
    action: () => Promise<Answer>,
  ): Promise<Answer> {
    const { idempotency: request } = context;
    const begin = async (manager: EntityManager): Promise<void> => {
      if (request) await this.idempotency.requireNotExecuted(manager, request);
      await this.audit.recordWithin(manager, auditActorOf(context), subject);
      if (request) await this.idempotency.remember(manager, request, expected);
    };
    await this.database.write(begin, { lane: laneOf(context.principal) });
    try {
      const answer = await action();
      await this.#updateStored(context, 'amend', (manager, stored) =>
        this.idempotency.amend(manager, stored, answer),
      );
      return answer;
    } catch (error) {
      await this.#updateStored(context, 'forget', (manager, stored) =>
        this.idempotency.forget(manager, stored),
      );
      throw error;
    }
  }

  /**
   * Never rejects: the caller must get the result of the action. While the database is unavailable, the
   * previous answer is kept, and the key returns it until it expires. Uses no lane: a full lane would fail an
   * action that has succeeded.
   */
  async #updateStored(
    { idempotency: request, requestId }: RequestContext,
    update: 'amend' | 'forget',
    write: (manager: EntityManager, request: IdempotentRequest) => Promise<void>,
  ): Promise<void> {
    if (request === null) return;
    try {
      await this.database.write((manager) => write(manager, request));
    } catch (error) {
      this.logger.warn(
        { err: error, requestId, action: update },
        'the stored answer of an Idempotency-Key could not be updated',
      );
    }
  }
}
