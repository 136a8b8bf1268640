import type { EntityManager } from 'typeorm';
import { hasFormOfId, type Tenant } from '#libs/contract';
import { TenantEntity } from '../database/entities/tenant.entity.js';
import { sql } from '../database/sql.js';
import { StoredEntity } from '../database/stored-entity.js';
import { canSeeTenant, isPlatformOperator, visibleTenantIds, type Principal } from '../http/principal.js';
import { notFound } from '../http/references.js';

/** Finds a tenant by id or slug. Throws `not_found` if it does not exist or the principal may not see it. */
export async function findTenant(
  manager: EntityManager,
  principal: Principal,
  reference: string,
): Promise<Tenant> {
  const condition = hasFormOfId(reference) ? sql`id = ${reference}` : sql`slug = ${reference}`;
  const tenant = await new StoredEntity(manager, TenantEntity).findOne(condition);
  if (tenant !== null && canSeeTenant(principal, tenant.id)) return tenant;
  throw notFound('tenant');
}

/** The same, but null for an operator and a slug that no tenant has. */
export async function findTenantOrSlug(
  manager: EntityManager,
  principal: Principal,
  reference: string,
): Promise<Tenant | null> {
  const isNew =
    isPlatformOperator(principal) &&
    !hasFormOfId(reference) &&
    !(await manager.existsBy(TenantEntity, { slug: reference }));
  return isNew ? null : findTenant(manager, principal, reference);
}

/**
 * The ids of the tenants whose resources a list shows: the referenced one, or without a reference all that
 * the principal may see (null: all). Throws `not_found`.
 */
export async function tenantsInView(
  manager: EntityManager,
  principal: Principal,
  reference: string | undefined,
): Promise<readonly string[] | null> {
  if (reference !== undefined) return [(await findTenant(manager, principal, reference)).id];
  return visibleTenantIds(principal);
}
