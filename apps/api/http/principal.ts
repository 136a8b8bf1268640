import type { KeyScope } from '#libs/contract';
import type { OperatorRole } from '../database/entities/operator.entity.js';
import { ProblemError } from './problem-error.js';

/**
 * The sender of a request: the admin token, a named operator, or a tenant's key with the scope `manage` or
 * `read`.
 */
export type Principal = { kind: 'admin' } | OperatorPrincipal | TenantPrincipal;

export interface OperatorPrincipal {
  kind: 'operator';
  operatorId: string;
  role: OperatorRole;
  /** The public prefix of the presented token. */
  prefix: string;
  /** The tenants to which it is limited; null: it is an operator of the platform. */
  tenantIds: readonly string[] | null;
}

/** An operator that sees and changes all tenants, or with the role `viewer` sees them. */
export type PlatformPrincipal = { kind: 'admin' } | (OperatorPrincipal & { tenantIds: null });

export interface TenantPrincipal {
  kind: 'apiKey';
  keyId: string;
  prefix: string;
  tenantId: string;
  scopes: readonly KeyScope[];
  /** The routes to which it may grant access; null: all routes of the tenant. */
  routeIds: readonly string[] | null;
  expiresAt: string | null;
}

/** `read`: read resources and events. `manage`: change resources, and tap connections. */
export type Access = 'read' | 'manage';

/** Whether the scopes grant this access to the REST API; `manage` includes `read`. */
export function grantsAccess(scopes: readonly KeyScope[], access: Access): boolean {
  return scopes.includes('manage') || (access === 'read' && scopes.includes('read'));
}

/** Throws `forbidden` for a principal without this access. */
export function requireAccess(principal: Principal, access: Access): void {
  if (principal.kind === 'admin') return;
  if (principal.kind === 'apiKey') {
    if (grantsAccess(principal.scopes, access)) return;
    throw new ProblemError('forbidden', { detail: `The key does not have the scope "${access}".` });
  }
  if (access === 'read' || principal.role === 'admin') return;
  throw new ProblemError('forbidden', {
    detail: 'An operator with the role "viewer" may only read.',
  });
}

/** Whether the principal may see the tenant and its resources. */
export function canSeeTenant(principal: Principal, tenantId: string): boolean {
  return visibleTenantIds(principal)?.includes(tenantId) ?? true;
}

/**
 * Whether the principal may see what belongs to this tenant or, with null, to the platform: operators of the
 * platform see both.
 */
export function maySee(principal: Principal, tenantId: string | null): boolean {
  return tenantId === null ? isPlatformOperator(principal) : canSeeTenant(principal, tenantId);
}

/** The ids of the tenants that the principal may see; null: all. */
export function visibleTenantIds(principal: Principal): readonly string[] | null {
  switch (principal.kind) {
    case 'admin':
      return null;
    case 'operator':
      return principal.tenantIds;
    case 'apiKey':
      return [principal.tenantId];
  }
}

/**
 * Whether this is an operator of the platform, of either role; `requireAccess` distinguishes the roles. An
 * operator that is limited to tenants has in each of them the rights of a key with the scope `manage` or
 * `read`.
 */
export function isPlatformOperator(principal: Principal): principal is PlatformPrincipal {
  return visibleTenantIds(principal) === null;
}

/** Throws `forbidden` for tenants, and operators that are limited to some; `action` completes the message. */
export function requireOperator(principal: Principal, action: string): void {
  if (isPlatformOperator(principal)) return;
  const who = principal.kind === 'operator' ? 'operator that is not limited to tenants' : 'operator';
  throw new ProblemError('forbidden', { detail: `Only an ${who} may ${action}.` });
}

/**
 * The lane of the principal's writes in the database: one for each tenant, and for each operator that is
 * limited to tenants; null, which goes first, for operators of the platform.
 */
export function laneOf(principal: Principal): string | null {
  if (isPlatformOperator(principal)) return null;
  return principal.kind === 'operator' ? principal.operatorId : principal.tenantId;
}

/** The id of the principal in the audit trail; null for the admin token, which has none. */
export function actorIdOf(principal: Principal): string | null {
  switch (principal.kind) {
    case 'admin':
      return null;
    case 'operator':
      return principal.operatorId;
    case 'apiKey':
      return principal.keyId;
  }
}
