import { isDeepStrictEqual } from 'node:util';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { newId, tenantCreateSchema, type Tenant, type TenantCreate } from '#libs/contract';
import { Database } from '../database/database.js';
import { applyMergePatch } from '../http/apply-merge-patch.js';
import { requireMatch } from '../http/etag.js';
import { isOperator, requireOperator, type Principal } from '../http/principal.js';
import { refuseDuplicate } from '../http/refuse-duplicate.js';
import type { RequestContext } from '../http/request-context.js';
import type { ListPage } from '../lists/list-page.js';
import { ListReader } from '../lists/list-reader.js';
import { tenantConditions, tenantListing, type TenantListQuery } from '../lists/tenant-listing.js';
import { planDeletion } from '../plans/plan.js';
import { PlanWriter, revisionOf, type PlanAtRevision } from '../plans/plan-writer.js';
import { readRowsOfTenant } from '../plans/read-rows.js';
import { ConfigurationWriter } from '../publishing/configuration-writer.js';
import { findTenant } from '../resources/find-tenant.js';
import { tenantEntry, tenantResource } from '../resources/tenant.js';
import { insertRows, updateRow } from '../resources/stored-rows.js';
import { warnOfOverlaps } from './host-warnings.js';

@Injectable()
export class TenantsService {
  constructor(
    private readonly writer: ConfigurationWriter,
    private readonly plans: PlanWriter,
    private readonly database: Database,
    private readonly lists: ListReader,
  ) {}

  async create(context: RequestContext, body: TenantCreate): Promise<Tenant> {
    requireOperator(context.principal, 'create tenants');
    const tenant = await this.writer.commit(context, async (transaction) => {
      const { slug, name = slug, ...others } = body;
      const times = { createdAt: transaction.at, updatedAt: transaction.at };
      const tenant: Tenant = { id: newId('tenant'), slug, name, ...others, ...times };
      await refuseSlugTaken(tenant.slug, insertRows(transaction.manager, tenantResource, [tenant]));
      transaction.record(subjectOf('tenant.create', tenant), [tenantEntry(tenant)]);
      return tenant;
    });
    await warnOfOverlaps(this.database.read, context, tenant.id, tenant.hosts ?? []);
    return tenant;
  }

  list({ principal }: RequestContext, query: TenantListQuery): Promise<ListPage<Tenant>> {
    const own = isOperator(principal) ? null : principal.tenantId;
    return this.lists.list(tenantListing, query, tenantConditions(query, own), (tenant) => tenant);
  }

  get({ principal }: RequestContext, reference: string): Promise<Tenant> {
    return findTenant(this.database.read, principal, reference);
  }

  async update(context: RequestContext, reference: string, patch: Record<string, unknown>): Promise<Tenant> {
    let added: string[] = [];
    const tenant = await this.writer.commit(context, async (transaction) => {
      const tenant = await findTenant(transaction.manager, context.principal, reference);
      requireMatch(context.ifMatch, tenant);
      const { slug, name, labels, status, maintenance, hosts, limits, quota } = tenant;
      const fields = { slug, name, labels, status, maintenance, hosts, limits, quota };
      const result = applyMergePatch(tenantCreateSchema, fields, patch, tenant);
      const changed: TenantFields = { ...fields, ...result, name: result.name ?? name };
      if (isDeepStrictEqual(changed, fields)) return tenant;
      requireMayChange(context.principal, fields, changed);
      added = (changed.hosts ?? []).filter((host) => !hosts?.includes(host));
      const updated: Tenant = { ...tenant, ...changed, updatedAt: transaction.at };
      await refuseSlugTaken(updated.slug, updateRow(transaction.manager, tenantResource, tenant, updated));
      transaction.record(subjectOf('tenant.update', updated), [tenantEntry(updated)]);
      return updated;
    });
    await warnOfOverlaps(this.database.read, context, tenant.id, added);
    return tenant;
  }

  /**
   * Deletes the tenant with its routes and keys in one transaction. Each of them is published as deleted and
   * audited separately. Many resources are published in several revisions, the tenant itself last.
   */
  async delete(context: RequestContext, reference: string): Promise<void> {
    const planner = async (manager: EntityManager): Promise<PlanAtRevision> => {
      const tenant = await findTenant(manager, context.principal, reference);
      requireOperator(context.principal, 'delete tenants');
      requireMatch(context.ifMatch, tenant);
      const plan = planDeletion(await readRowsOfTenant(manager, tenant));
      return { revision: await revisionOf(manager), plan };
    };
    await this.plans.apply(context, await this.plans.prepare(planner), planner, null);
  }
}

type TenantFields = Omit<Tenant, 'id' | 'createdAt' | 'updatedAt'>;

function subjectOf<Action extends string>(
  action: Action,
  { id }: Tenant,
): { action: Action; targetId: string; tenantId: string } {
  return { action, targetId: id, tenantId: id };
}

function requireMayChange(principal: Principal, before: TenantFields, after: TenantFields): void {
  // A tenant that could change its slug could probe which other tenants exist.
  for (const field of ['slug', 'labels', 'status', 'maintenance', 'hosts', 'limits', 'quota'] as const) {
    if (!isDeepStrictEqual(before[field], after[field])) {
      requireOperator(principal, `change the ${field} of a tenant`);
    }
  }
}

function refuseSlugTaken<Result>(slug: string, write: Promise<Result>): Promise<Result> {
  return refuseDuplicate(write, 'tenants.slug', 'slug_taken', {
    errors: [{ field: 'slug', message: `another tenant has the slug "${slug}"` }],
  });
}
