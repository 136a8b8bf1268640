import type { EntityManager } from 'typeorm';
import type { ApiKeyCreate, KeyScope } from '#libs/contract';
import type { ApiKeyRow } from '../database/entities/api-key.entity.js';
import type { Principal, TenantPrincipal } from '../http/principal.js';
import { ProblemError } from '../http/problem-error.js';
import { findApiKey } from '../resources/find-by-reference.js';
import { findTenant } from '../resources/find-tenant.js';

/** Finds the key of a tenant; throws `not_found`. */
export async function findKeyOf(
  manager: EntityManager,
  principal: Principal,
  tenant: string,
  key: string,
): Promise<ApiKeyRow> {
  const { id: tenantId } = await findTenant(manager, principal, tenant);
  return findApiKey(manager, tenantId, key);
}

/**
 * Throws `forbidden` when a key would grant more than it has itself: a scope (`manage` includes `read`), a
 * route on which it may not connect, or a later expiry.
 */
export function requireGrantable(
  principal: Principal,
  { scopes, routeIds, expiresAt }: Pick<ApiKeyCreate, 'scopes' | 'routeIds' | 'expiresAt'>,
): void {
  if (principal.kind !== 'apiKey') return;
  requireScopes(principal, scopes);
  requireRoutes(principal, routeIds);
  requireLifetime(principal, expiresAt);
}

function requireRoutes({ routeIds: own }: TenantPrincipal, routeIds: readonly string[] | null): void {
  if (own === null || routeIds?.every((id) => own.includes(id))) return;
  throw new ProblemError('forbidden', {
    detail: 'This key is limited to some routes and cannot grant access to others.',
    errors: [
      { field: 'routeIds', code: 'not_granted', message: 'may only contain routes of the key that is used' },
    ],
  });
}

// A secret that was rotated with a grace period expires at the end of that period: it can neither extend its
// own lifetime nor obtain the secret that replaced it.
function requireLifetime({ expiresAt: own }: TenantPrincipal, expiresAt: string | null): void {
  if (own === null || (expiresAt !== null && Date.parse(expiresAt) <= Date.parse(own))) return;
  throw new ProblemError('forbidden', {
    detail: `This key expires at ${own} and cannot grant a later expiry.`,
    errors: [{ field: 'expiresAt', code: 'not_granted', message: `may not be later than ${own}, nor null` }],
  });
}

function requireScopes(principal: TenantPrincipal, scopes: readonly KeyScope[]): void {
  const missing = scopes.filter(
    (scope) =>
      !principal.scopes.includes(scope) && !(scope === 'read' && principal.scopes.includes('manage')),
  );
  if (missing.length === 0) return;
  throw new ProblemError('forbidden', {
    detail: `This key does not have the scope "${missing.join('", "')}" and cannot grant it.`,
    errors: [{ field: 'scopes', code: 'not_granted', message: `may not contain "${missing.join('", "')}"` }],
  });
}

/** Throws `validation_failed` for an expiry in the past: to end a key, revoke it. */
export function requireNotExpired({ expiresAt }: Pick<ApiKeyCreate, 'expiresAt'>, now: string): void {
  if (expiresAt === null || Date.parse(expiresAt) > Date.parse(now)) return;
  const message = `is in the past; expected a time after ${now}, or DELETE to revoke the key`;
  throw new ProblemError('validation_failed', {
    errors: [{ field: 'expiresAt', code: 'in_the_past', message }],
  });
}
