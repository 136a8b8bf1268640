import type { EntityManager } from 'typeorm';
import { idSchema, type Tenant } from '#libs/contract';
import { TenantEntity } from '../database/entities/tenant.entity.js';
import { canSeeTenant, type Principal } from '../http/principal.js';
import { noSuch } from '../http/references.js';

const tenantId = idSchema('tenant');

/**
 * The tenant that a path or a query names by id or slug. Throws `not_found`
 * for a tenant that is not there, or that the principal may not see.
 */
export async function findTenant(
  manager: EntityManager,
  principal: Principal,
  reference: string,
): Promise<Tenant> {
  const where = tenantId.safeParse(reference).success ? { id: reference } : { slug: reference };
  const tenant = await manager.findOneBy(TenantEntity, where);
  if (tenant !== null && canSeeTenant(principal, tenant.id)) return tenant;
  throw noSuch('tenant');
}
