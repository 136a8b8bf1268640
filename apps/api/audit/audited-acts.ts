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

/** Acts of a POST that happen outside of the database, in Redis or in a gateway. */
@Injectable()
export class AuditedActs {
  constructor(
    private readonly database: Database,
    private readonly audit: AuditTrail,
    private readonly idempotency: IdempotencyStore,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /**
   * Audits the act, then carries it out and returns its answer. With an `Idempotency-Key` it is carried out at most once:
   * `expected`, an answer that is true before the act, is stored with the audit entry, and the act's own answer takes its
   * place. An act that rejects may be tried again with the same key. Rejects as the act does, whatever becomes of the stored answer.
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
    try {
      const answer = await act();
      await this.#updateStored(request, 'amend', (manager, one) =>
        this.idempotency.amend(manager, one, answer),
      );
      return answer;
    } catch (error) {
      await this.#updateStored(request, 'forget', (manager, one) => this.idempotency.forget(manager, one));
      throw error;
    }
  }

  /**
   * Does not reject: the caller is to learn what became of the act. Where the database is away the stored answer stays as it is, and
   * the key gives it until it expires. It is in no lane: one that is full would refuse an act that was carried out.
   */
  async #updateStored(
    request: IdempotentRequest | null,
    action: 'amend' | 'forget',
    update: (manager: EntityManager, request: IdempotentRequest) => Promise<void>,
  ): Promise<void> {
    if (request === null) return;
    try {
      await this.database.write((manager) => update(manager, request));
    } catch (error) {
      this.logger.warn(
        { err: error, action },
        'the stored answer of an Idempotency-Key could not be updated',
      );
    }
  }
}
