import type { EntityManager } from 'typeorm';
import { idSchema, type Tenant } from '#libs/contract';
import { TenantEntity } from '../database/entities/tenant.entity.js';
import { canSeeTenant, type Principal } from '../http/principal.js';
import { notFound } from '../http/references.js';

const tenantId = idSchema('tenant');

/** Finds a tenant by id or slug. Throws `not_found` if it does not exist or the principal may not see it. */
export async function findTenant(
  manager: EntityManager,
  principal: Principal,
  reference: string,
): Promise<Tenant> {
  const where = tenantId.safeParse(reference).success ? { id: reference } : { slug: reference };
  const tenant = await manager.findOneBy(TenantEntity, where);
  if (tenant !== null && canSeeTenant(principal, tenant.id)) return tenant;
  throw notFound('tenant');
}
