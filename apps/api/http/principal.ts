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
}

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
  return isOperator(principal) || principal.tenantId === tenantId;
}

/** Whether this is an operator of either role and not a tenant; `requireAccess` distinguishes the roles. */
export function isOperator(principal: Principal): principal is Exclude<Principal, TenantPrincipal> {
  return principal.kind !== 'apiKey';
}

/** Throws `forbidden` for tenants; `action` completes the message. */
export function requireOperator(principal: Principal, action: string): void {
  if (isOperator(principal)) return;
  throw new ProblemError('forbidden', { detail: `Only an operator may ${action}.` });
}

/**
 * The lane of the principal's writes in the database: one for each tenant; null, which goes first, for
 * operators.
 */
export function laneOf(principal: Principal): string | null {
  return isOperator(principal) ? null : principal.tenantId;
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
