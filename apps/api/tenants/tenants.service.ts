import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { tenantCreateSchema, type Tenant, type TenantCreate } from '#libs/contract';
import { Database } from '../database/database.js';
import { applyMergePatch } from '../http/apply-merge-patch.js';
import { requireMatch, requirePreconditions } from '../http/etag.js';
import { fieldsFromReplace } from '../http/fields-from-replace.js';
import { requireOperator, visibleTenantIds } from '../http/principal.js';
import type { RequestContext } from '../http/request-context.js';
import { ListItems } from '../lists/list-items.js';
import type { ListPage } from '../lists/list-page.js';
import { ListReader } from '../lists/list-reader.js';
import { tenantConditions, tenantListing, type TenantListQuery } from '../lists/tenant-listing.js';
import { planDeletion } from '../plans/plan.js';
import { PlanWriter, revisionOf, type PlanAtRevision } from '../plans/plan-writer.js';
import { readRowsOfTenant } from '../plans/read-rows.js';
import { ConfigurationWriter } from '../publishing/configuration-writer.js';
import { declaredName } from '../resources/declared-name.js';
import { findTenant, findTenantOrSlug } from '../resources/find-tenant.js';
import { tenantFieldsOf } from '../resources/tenant.js';
import { warnOfOverlaps } from './host-warnings.js';
import { changeTenant, insertTenant } from './write-tenant.js';

/** The body of a PUT, which may lack the slug that the path has. */
export type TenantReplace = Omit<TenantCreate, 'slug'> & { slug?: string | undefined };

@Injectable()
export class TenantsService {
  readonly #items = new ListItems((tenant: Tenant) => tenant);

  constructor(
    private readonly writer: ConfigurationWriter,
    private readonly plans: PlanWriter,
    private readonly database: Database,
    private readonly lists: ListReader,
  ) {}

  async create(context: RequestContext, body: TenantCreate): Promise<Tenant> {
    requireOperator(context.principal, 'create tenants');
    const tenant = await this.writer.commit(context, (transaction) => insertTenant(transaction, body));
    await this.#warnOfOverlap(context, null, tenant);
    return tenant;
  }

  list({ principal }: RequestContext, query: TenantListQuery): Promise<ListPage<Tenant>> {
    const conditions = tenantConditions(query, visibleTenantIds(principal));
    return this.lists.list(tenantListing, query, conditions, this.#items);
  }

  get({ principal }: RequestContext, reference: string): Promise<Tenant> {
    return findTenant(this.database.read, principal, reference);
  }

  /**
   * Replaces a tenant; creates it, for an operator, if the path has a slug that no tenant has. Sets `created`
   * of the context.
   */
  async replace(context: RequestContext, reference: string, body: TenantReplace): Promise<Tenant> {
    const { principal } = context;
    const slug = declaredName({ field: 'slug', inBody: body.slug, reference });
    const { tenant, before } = await this.writer.commit(context, async (transaction) => {
      const before = await findTenantOrSlug(transaction.manager, principal, reference);
      requirePreconditions(context, before);
      const fields = fieldsFromReplace(tenantCreateSchema, { ...body, slug }, before);
      const { name = fields.slug } = fields;
      const tenant = await (before === null
        ? insertTenant(transaction, fields)
        : changeTenant(transaction, principal, before, { ...fields, name }));
      return { tenant, before };
    });
    context.created = before === null;
    await this.#warnOfOverlap(context, before, tenant);
    return tenant;
  }

  async update(context: RequestContext, reference: string, patch: Record<string, unknown>): Promise<Tenant> {
    const { before, tenant } = await this.writer.commit(context, async (transaction) => {
      const before = await findTenant(transaction.manager, context.principal, reference);
      requireMatch(context.ifMatch, before);
      const fields = tenantFieldsOf(before);
      const { name = fields.name, ...result } = applyMergePatch(tenantCreateSchema, fields, patch, before);
      const changed = { ...fields, ...result, name };
      return { before, tenant: await changeTenant(transaction, context.principal, before, changed) };
    });
    await this.#warnOfOverlap(context, before, tenant);
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

  async #warnOfOverlap(context: RequestContext, before: Tenant | null, { id, hosts }: Tenant): Promise<void> {
    const added = (hosts ?? []).filter((host) => !before?.hosts?.includes(host));
    await warnOfOverlaps(this.database.read, context, id, added);
  }
}
