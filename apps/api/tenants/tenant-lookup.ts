import type { EntityManager } from 'typeorm';
import { idSchema, type Tenant } from '#libs/contract';
import { canSeeTenant, type Principal } from '../authentication/principal.js';
import { ProblemError } from '../http/problem-error.js';
import { TenantEntity } from './tenant.entity.js';

const tenantId = idSchema('tenant');

/**
 * The tenant that a path names by id or slug (no slug has an underscore, so the two never meet). Throws `not_found`
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
  throw new ProblemError('not_found', {
    detail: 'There is no such tenant.',
    errors: [{ field: 'tenant', message: 'expected the id or the slug of a tenant' }],
  });
}
