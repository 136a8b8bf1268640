import { Injectable } from '@nestjs/common';
import { MoreThan, type EntityManager } from 'typeorm';
import { newId } from '#libs/contract';
import { AuditTrail } from '../audit/audit-trail.js';
import { auditActorOf } from '../audit/write-audit-entries.js';
import { generateOperatorToken } from '../authentication/operator-token.js';
import { Database } from '../database/database.js';
import { OperatorEntity, type OperatorRow } from '../database/entities/operator.entity.js';
import { requireMatch } from '../http/etag.js';
import { pageStart, toPage, type Page, type PageQuery } from '../http/page.js';
import { requireOperator } from '../http/principal.js';
import { notFound } from '../http/references.js';
import type { RequestContext } from '../http/request-context.js';
import { IdempotencyStore } from '../idempotency/idempotency-store.js';
import { SocketGuard } from '../sockets/socket-guard.js';
import type { IssuedOperator, Operator, OperatorCreate } from './operator.js';

/** Manages operators. Operators exist only in the API: they are not published and add no revision. */
@Injectable()
export class OperatorsService {
  constructor(
    private readonly database: Database,
    private readonly audit: AuditTrail,
    private readonly idempotency: IdempotencyStore,
    private readonly sockets: SocketGuard,
  ) {}

  create(context: RequestContext, { name, role }: OperatorCreate): Promise<IssuedOperator> {
    requireOperator(context.principal, 'create operators');
    return this.database.write(async (manager) => {
      if (context.idempotency) await this.idempotency.requireNotExecuted(manager, context.idempotency);
      const { token, ...parts } = generateOperatorToken();
      const times = { revokedAt: null, createdAt: new Date().toISOString() };
      const row: OperatorRow = { id: newId('operator'), name, role, ...parts, ...times };
      await manager.insert(OperatorEntity, row);
      const subject = {
        action: 'operator.create',
        targetId: row.id,
        tenantId: null,
        details: { role },
      } as const;
      await this.audit.recordWithin(manager, auditActorOf(context), subject);
      const answer = { ...operatorOf(row), token };
      if (context.idempotency) await this.idempotency.remember(manager, context.idempotency, answer);
      return answer;
    });
  }

  async list({ principal }: RequestContext, { limit, cursor }: PageQuery): Promise<Page<Operator>> {
    requireOperator(principal, 'see operators');
    const rows = await this.database.read.find(OperatorEntity, {
      where: { id: MoreThan(pageStart('operator', cursor)) },
      order: { id: 'ASC' },
      take: limit + 1,
    });
    return toPage(rows, limit, operatorOf);
  }

  async get({ principal }: RequestContext, id: string): Promise<Operator> {
    requireOperator(principal, 'see operators');
    return operatorOf(await findOperator(this.database.read, id));
  }

  /** Closes the WebSockets of the operator, which is still listed, with the time of its revocation. */
  async revoke(context: RequestContext, id: string): Promise<void> {
    requireOperator(context.principal, 'revoke operators');
    await this.database.write(
      async (manager) => {
        const row = await findOperator(manager, id);
        requireMatch(context.ifMatch, operatorOf(row));
        if (row.revokedAt !== null) return;
        await manager.update(OperatorEntity, { id }, { revokedAt: new Date().toISOString() });
        const subject = { action: 'operator.revoke', targetId: id, tenantId: null, details: null } as const;
        await this.audit.recordWithin(manager, auditActorOf(context), subject);
      },
      { afterCommit: () => this.sockets.closeOperator(id) },
    );
  }
}

function operatorOf({ id, name, role, prefix, revokedAt, createdAt }: OperatorRow): Operator {
  return { id, name, role, prefix, revokedAt, createdAt };
}

async function findOperator(manager: EntityManager, id: string): Promise<OperatorRow> {
  const row = await manager.findOneBy(OperatorEntity, { id });
  if (row !== null) return row;
  throw notFound('operator');
}
