import { isDeepStrictEqual } from 'node:util';
import { Injectable } from '@nestjs/common';
import { In, MoreThan, type EntityManager } from 'typeorm';
import { newId } from '#libs/contract';
import type { RotateRequest } from '../api-keys/rotate-request.js';
import { AuditTrail } from '../audit/audit-trail.js';
import { auditActorOf } from '../audit/write-audit-entries.js';
import { generateOperatorToken } from '../authentication/operator-token.js';
import { Database } from '../database/database.js';
import { TenantEntity } from '../database/entities/tenant.entity.js';
import { OperatorEntity, type OperatorRow } from '../database/entities/operator.entity.js';
import { applyMergePatch } from '../http/apply-merge-patch.js';
import { requireMatch } from '../http/etag.js';
import { pageStart, toPage, type Page, type PageQuery } from '../http/page.js';
import { requireOperator } from '../http/principal.js';
import { ProblemError } from '../http/problem-error.js';
import { notFound } from '../http/references.js';
import type { RequestContext } from '../http/request-context.js';
import { IdempotencyStore } from '../idempotency/idempotency-store.js';
import { SocketGuard } from '../sockets/socket-guard.js';
import { operatorCreateSchema, type IssuedOperator, type Operator, type OperatorCreate } from './operator.js';

/** Manages operators. Operators exist only in the API: they are not published and add no revision. */
@Injectable()
export class OperatorsService {
  constructor(
    private readonly database: Database,
    private readonly audit: AuditTrail,
    private readonly idempotency: IdempotencyStore,
    private readonly sockets: SocketGuard,
  ) {}

  create(context: RequestContext, { name, role, tenantIds }: OperatorCreate): Promise<IssuedOperator> {
    requireOperator(context.principal, 'create operators');
    return this.database.write(async (manager) => {
      if (context.idempotency) await this.idempotency.requireNotExecuted(manager, context.idempotency);
      await requireTenants(manager, tenantIds ?? []);
      const { token, ...parts } = generateOperatorToken();
      const times = { revokedAt: null, createdAt: new Date().toISOString() };
      const row: OperatorRow = {
        id: newId('operator'),
        name,
        role,
        tenantIds,
        ...parts,
        ...noPrevious,
        ...times,
      };
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
      { afterCommit: () => this.sockets.reviewOperators() },
    );
  }

  /** Changes name, role and tenants; with another role or other tenants, closes the operator's WebSockets. */
  update(context: RequestContext, id: string, patch: Record<string, unknown>): Promise<Operator> {
    requireOperator(context.principal, 'change operators');
    return this.database.write(
      async (manager) => {
        const row = await findUsable(manager, context, id);
        const { name, role, tenantIds } = row;
        const before = { name, role, tenantIds };
        const fields = applyMergePatch(operatorCreateSchema, before, patch, operatorOf(row));
        if (isDeepStrictEqual(fields, before)) return operatorOf(row);
        // The others may have been deleted.
        await requireTenants(manager, fields.tenantIds ?? [], tenantIds ?? []);
        await manager.update(OperatorEntity, { id }, fields);
        const subject = { action: 'operator.update', targetId: id, tenantId: null, details: null } as const;
        await this.audit.recordWithin(manager, auditActorOf(context), subject);
        return operatorOf({ ...row, ...fields });
      },
      { afterCommit: () => this.sockets.reviewOperators() },
    );
  }

  /** Replaces the token. The previous one stays valid for the grace period; an older one expires at once. */
  rotate(context: RequestContext, id: string, { graceSeconds }: RotateRequest): Promise<IssuedOperator> {
    requireOperator(context.principal, 'rotate the tokens of operators');
    return this.database.write(
      async (manager) => {
        const { idempotency } = context;
        if (idempotency) await this.idempotency.requireNotExecuted(manager, idempotency);
        const row = await findUsable(manager, context, id);
        const { token, ...parts } = generateOperatorToken();
        const columns = { ...parts, ...(graceSeconds === 0 ? noPrevious : previousFor(row, graceSeconds)) };
        await manager.update(OperatorEntity, { id }, columns);
        const details = { graceSeconds };
        const subject = { action: 'operator.rotate', targetId: id, tenantId: null, details } as const;
        await this.audit.recordWithin(manager, auditActorOf(context), subject);
        const answer = { ...operatorOf({ ...row, ...columns }), token };
        if (idempotency) await this.idempotency.remember(manager, idempotency, answer);
        return answer;
      },
      { afterCommit: () => this.sockets.reviewOperators() },
    );
  }
}

function operatorOf({ id, name, role, tenantIds, prefix, revokedAt, createdAt }: OperatorRow): Operator {
  return { id, name, role, tenantIds, prefix, revokedAt, createdAt };
}

type PreviousColumns = Pick<OperatorRow, 'previousPrefix' | 'previousSecretHash' | 'previousExpiresAt'>;

const noPrevious: PreviousColumns = {
  previousPrefix: null,
  previousSecretHash: null,
  previousExpiresAt: null,
};

function previousFor({ prefix, secretHash }: OperatorRow, graceSeconds: number): PreviousColumns {
  const previousExpiresAt = new Date(Date.now() + graceSeconds * 1000).toISOString();
  return { previousPrefix: prefix, previousSecretHash: secretHash, previousExpiresAt };
}

/** Throws `validation_failed` with each id, except the known ones, that no tenant has. */
async function requireTenants(
  manager: EntityManager,
  ids: readonly string[],
  known: readonly string[] = [],
): Promise<void> {
  const found = await manager.find(TenantEntity, { where: { id: In([...ids]) }, select: { id: true } });
  const existing = new Set([...known, ...found.map(({ id }) => id)]);
  const errors = ids.flatMap((id, index) =>
    existing.has(id)
      ? []
      : [{ field: `tenantIds.${index}`, code: 'not_found' as const, message: 'there is no such tenant' }],
  );
  if (errors.length > 0) throw new ProblemError('validation_failed', { errors });
}

async function findUsable(
  manager: EntityManager,
  { ifMatch }: RequestContext,
  id: string,
): Promise<OperatorRow> {
  const row = await findOperator(manager, id);
  requireMatch(ifMatch, operatorOf(row));
  if (row.revokedAt === null) return row;
  throw new ProblemError('operator_revoked');
}

async function findOperator(manager: EntityManager, id: string): Promise<OperatorRow> {
  const row = await manager.findOneBy(OperatorEntity, { id });
  if (row !== null) return row;
  throw notFound('operator');
}
