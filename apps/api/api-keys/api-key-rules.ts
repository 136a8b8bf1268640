import { In, type EntityManager } from 'typeorm';
import type { ApiKeyCreate, KeyScope } from '#libs/contract';
import { ApiKeyEntity, type ApiKeyRow } from '../database/entities/api-key.entity.js';
import { RouteEntity } from '../database/entities/route.entity.js';
import { isOperator, type Principal, type TenantPrincipal } from '../http/principal.js';
import { ProblemError } from '../http/problem-error.js';
import { noSuch } from '../http/references.js';
import { findTenant } from '../resources/find-tenant.js';

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
  throw noSuch('key');
}

/**
 * Throws `forbidden` when a key would hand out what it does not have itself: a scope (`manage` has `read` in it), a
 * route on which it may not connect, or time after its own end.
 */
export function requireGrantable(
  principal: Principal,
  { scopes, routeIds, expiresAt }: Pick<ApiKeyCreate, 'scopes' | 'routeIds' | 'expiresAt'>,
): void {
  if (isOperator(principal)) return;
  requireScopes(principal, scopes);
  requireRoutes(principal, routeIds);
  requireLifetime(principal, expiresAt);
}

function requireRoutes({ routeIds: own }: TenantPrincipal, routeIds: readonly string[] | null): void {
  if (own === null || routeIds?.every((id) => own.includes(id))) return;
  throw new ProblemError('forbidden', {
    detail: 'This key is for some routes alone and cannot give another one more.',
    errors: [{ field: 'routeIds', message: 'may only contain routes of the key that is used' }],
  });
}

// Of a secret that was rotated with a grace period the end is that of the period: it neither lengthens its own time nor
// takes the secret that came after it.
function requireLifetime({ expiresAt: own }: TenantPrincipal, expiresAt: string | null): void {
  if (own === null || (expiresAt !== null && Date.parse(expiresAt) <= Date.parse(own))) return;
  throw new ProblemError('forbidden', {
    detail: `This key ends at ${own} and cannot give another one more time.`,
    errors: [{ field: 'expiresAt', message: `may not be later than ${own}, nor null` }],
  });
}

function requireScopes(principal: TenantPrincipal, scopes: readonly KeyScope[]): void {
  const missing = scopes.filter(
    (scope) =>
      !principal.scopes.includes(scope) && !(scope === 'read' && principal.scopes.includes('manage')),
  );
  if (missing.length === 0) return;
  throw new ProblemError('forbidden', {
    detail: `This key does not have the scope "${missing.join('", "')}" and cannot give it to another one.`,
    errors: [{ field: 'scopes', message: `may not contain "${missing.join('", "')}"` }],
  });
}

/** Throws `validation_failed` for an end that is past: to end a key, revoke it. */
export function requireNotExpired({ expiresAt }: Pick<ApiKeyCreate, 'expiresAt'>, now: string): void {
  if (expiresAt === null || Date.parse(expiresAt) > Date.parse(now)) return;
  const message = `is past; expected a moment after ${now}, or DELETE to revoke the key`;
  throw new ProblemError('validation_failed', { errors: [{ field: 'expiresAt', message }] });
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
