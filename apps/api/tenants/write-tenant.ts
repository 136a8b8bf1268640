import { isDeepStrictEqual } from 'node:util';
import { newId, type Tenant, type TenantCreate } from '#libs/contract';
import { requireOperator, type Principal } from '../http/principal.js';
import { refuseDuplicate } from '../http/refuse-duplicate.js';
import type { ChangeTransaction } from '../publishing/change-transaction.js';
import { insertResource, updateResource } from '../publishing/write-resource.js';
import { tenantFieldsOf, tenantResource, type TenantFields } from '../resources/tenant.js';

/** Creates a tenant in a transaction, for an operator. Throws a `ProblemError` if the slug is taken. */
export async function insertTenant(
  transaction: ChangeTransaction,
  { slug, name = slug, ...others }: TenantCreate,
): Promise<Tenant> {
  const { at } = transaction;
  const tenant: Tenant = { id: newId('tenant'), slug, name, ...others, createdAt: at, updatedAt: at };
  await refuseSlugTaken(tenant.slug, insertResource(transaction, tenantResource, tenant));
  return tenant;
}

/** Gives a tenant other fields in a transaction; does nothing if it has those fields. */
export async function changeTenant(
  transaction: ChangeTransaction,
  principal: Principal,
  tenant: Tenant,
  changed: TenantFields,
): Promise<Tenant> {
  const fields = tenantFieldsOf(tenant);
  if (isDeepStrictEqual(changed, fields)) return tenant;
  requireMayChange(principal, fields, changed);
  const updated: Tenant = { ...tenant, ...changed, updatedAt: transaction.at };
  await refuseSlugTaken(updated.slug, updateResource(transaction, tenantResource, tenant, updated));
  return updated;
}

/** Throws `forbidden` unless the principal may change the fields of a tenant that differ. */
export function requireMayChange(principal: Principal, before: TenantFields, after: TenantFields): void {
  // A tenant that could change its slug could probe which other tenants exist.
  for (const field of ['slug', 'labels', 'status', 'maintenance', 'hosts', 'limits', 'quota'] as const) {
    if (!isDeepStrictEqual(before[field], after[field])) {
      requireOperator(principal, `change the ${field} of a tenant`);
    }
  }
}

function refuseSlugTaken<Result>(slug: string, write: Promise<Result>): Promise<Result> {
  return refuseDuplicate(write, 'tenants.slug', 'slug_taken', {
    errors: [{ field: 'slug', code: 'taken', message: `another tenant has the slug "${slug}"` }],
  });
}
