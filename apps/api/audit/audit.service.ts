import { Injectable } from '@nestjs/common';
import { And, In, LessThan, MoreThanOrEqual, type FindOperator, type FindOptionsWhere } from 'typeorm';
import { idSchema } from '#libs/contract';
import { Database } from '../database/database.js';
import { AuditEntryEntity, type AuditEntry } from '../database/entities/audit-entry.entity.js';
import { pageStart, toPage, type Page } from '../http/page.js';
import { isPlatformOperator, type Principal } from '../http/principal.js';
import type { RequestContext } from '../http/request-context.js';
import { tenantsInView } from '../resources/find-tenant.js';
import type { AuditQuery, ShownAuditEntry } from './audit-query.js';
import { auditedActor } from './audited-actor.js';
import { shownAuditEntry } from './shown-audit-entry.js';

const tenantIdSchema = idSchema('tenant');

/** Reads the audit trail. No part of the application changes an entry, and the database refuses it. */
@Injectable()
export class AuditService {
  constructor(private readonly database: Database) {}

  async list({ principal }: RequestContext, query: AuditQuery): Promise<Page<ShownAuditEntry>> {
    const { limit, cursor, actor, action } = query;
    const before = pageStart('audit', cursor);
    const tenantIds = await this.#tenantIdsOf(principal, query.tenant);
    const at = momentsOf(query);
    const where: FindOptionsWhere<AuditEntry> = {
      ...(before !== '' && { id: LessThan(before) }),
      ...(tenantIds !== null && { tenantId: In([...tenantIds]) }),
      ...(actor !== undefined && (await auditedActor(this.database.read, principal, actor, tenantIds))),
      ...(action !== undefined && { action: action as AuditEntry['action'] }),
      ...(at !== null && { at }),
    };
    const rows = await this.database.read.find(AuditEntryEntity, {
      where,
      order: { id: 'DESC' },
      take: limit + 1,
    });
    return toPage(rows, limit, (entry) =>
      shownAuditEntry(entry, isPlatformOperator(principal) ? 'operator' : 'tenant'),
    );
  }

  /** Null: all tenants. An operator finds a deleted tenant by its id, since its entries remain. */
  async #tenantIdsOf(principal: Principal, tenant: string | undefined): Promise<readonly string[] | null> {
    const isId = tenantIdSchema.safeParse(tenant).success;
    if (tenant !== undefined && isId && isPlatformOperator(principal)) return [tenant];
    return tenantsInView(this.database.read, principal, tenant);
  }
}

function momentsOf({ since, until }: AuditQuery): FindOperator<string> | null {
  if (since !== undefined && until !== undefined) return And(MoreThanOrEqual(since), LessThan(until));
  if (since !== undefined) return MoreThanOrEqual(since);
  return until === undefined ? null : LessThan(until);
}
