import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { AuditTrail } from '../audit/audit-trail.js';
import { auditActorOf } from '../audit/write-audit-entries.js';
import { Database } from '../database/database.js';
import type { AuditAction } from '../database/entities/audit-entry.entity.js';
import type { WebhookRow } from '../database/entities/webhook.entity.js';
import { laneOf } from '../http/principal.js';
import type { RequestContext } from '../http/request-context.js';
import { IdempotencyStore } from '../idempotency/idempotency-store.js';

interface Written<Answer> {
  /** Absent: nothing was changed. */
  action?: AuditAction;
  row: WebhookRow;
  answer: Answer;
}

/** Writes of webhooks: each is one transaction with its audit entry and its idempotent answer. */
@Injectable()
export class WebhookWrites {
  constructor(
    private readonly database: Database,
    private readonly audit: AuditTrail,
    private readonly idempotency: IdempotencyStore,
  ) {}

  run<Answer extends object>(
    context: RequestContext,
    work: (manager: EntityManager, at: string) => Promise<Written<Answer>>,
  ): Promise<Answer> {
    const { idempotency, principal } = context;
    return this.database.write(
      async (manager) => {
        if (idempotency) await this.idempotency.requireNotExecuted(manager, idempotency);
        const { action, row, answer } = await work(manager, new Date().toISOString());
        if (action === undefined) return answer;
        const { id: targetId, tenantId } = row;
        const subject = { action, targetId, tenantId, details: null };
        await this.audit.recordWithin(manager, auditActorOf(context), subject);
        if (idempotency) await this.idempotency.remember(manager, idempotency, answer);
        return answer;
      },
      { lane: laneOf(principal) },
    );
  }
}
