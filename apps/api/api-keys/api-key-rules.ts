import { In, type EntityManager } from 'typeorm';
import type { KeyScope } from '#libs/contract';
import type { Principal } from '../authentication/principal.js';
import { ProblemError } from '../http/problem-error.js';
import { RouteEntity } from '../routes/route.entity.js';
import { findTenant } from '../tenants/tenant-lookup.js';
import { ApiKeyEntity, type ApiKeyRow } from './api-key.entity.js';

/** The key of a tenant; throws `not_found`. */
export async function findApiKey(
  manager: EntityManager,
  principal: Principal,
  tenant: string,
  key: string,
): Promise<ApiKeyRow> {
  const { id: tenantId } = await findTenant(manager, principal, tenant);
  const row = await manager.findOneBy(ApiKeyEntity, { id: key, tenantId });
  if (row !== null) return row;
  throw new ProblemError('not_found', {
    detail: 'The tenant has no such API key.',
    errors: [{ field: 'key', message: 'expected the id of an API key of this tenant' }],
  });
}

/** Throws `forbidden` when a key would hand out a scope that it does not have itself. */
export function requireScopes(principal: Principal, scopes: readonly KeyScope[]): void {
  if (principal.kind === 'admin') return;
  const missing = scopes.filter((scope) => !principal.scopes.includes(scope));
  if (missing.length === 0) return;
  throw new ProblemError('forbidden', {
    detail: `This key does not have the scope "${missing.join('", "')}" and cannot give it to another one.`,
    errors: [{ field: 'scopes', message: `may not contain "${missing.join('", "')}"` }],
  });
}

/** Throws `validation_failed` naming each id that is no route of the tenant; a null in the list is not looked at. */
export async function requireRoutesOfTenant(
  manager: EntityManager,
  tenantId: string,
  routeIds: readonly (string | null)[] | null,
): Promise<void> {
  const wanted = (routeIds ?? []).filter((id) => id !== null);
  if (wanted.length === 0) return;
  const found = await manager.find(RouteEntity, {
    where: { tenantId, id: In(wanted) },
    select: { id: true },
  });
  const known = new Set(found.map(({ id }) => id));
  const errors = (routeIds ?? []).flatMap((id, index) =>
    id === null || known.has(id)
      ? []
      : [{ field: `routeIds.${index}`, message: 'the tenant has no such route' }],
  );
  if (errors.length > 0) throw new ProblemError('validation_failed', { errors });
}
