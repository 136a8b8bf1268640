import type { KeyScope } from '#libs/contract';
import type { OperatorRole } from '../database/entities/operator.entity.js';
import { ProblemError } from './problem-error.js';

/** Who sends a request: whoever has the admin token, a named operator, or a tenant with a key of the scope `manage` or `read`. */
export type Principal = { kind: 'admin' } | OperatorPrincipal | TenantPrincipal;

export interface OperatorPrincipal {
  kind: 'operator';
  operatorId: string;
  role: OperatorRole;
}

export interface TenantPrincipal {
  kind: 'apiKey';
  keyId: string;
  prefix: string;
  tenantId: string;
  scopes: readonly KeyScope[];
  /** The routes for which it may make keys; null is all of the tenant. */
  routeIds: readonly string[] | null;
  expiresAt: string | null;
}

/** `read`: see things and hear of them. `manage`: change them, and see what passes through connections. */
export type Access = 'read' | 'manage';

/** Whether these scopes give so much of the REST API; `manage` includes `read`. */
export function grantsAccess(scopes: readonly KeyScope[], access: Access): boolean {
  return scopes.includes('manage') || (access === 'read' && scopes.includes('read'));
}

/** Throws `forbidden` for who may not do so much. */
export function requireAccess(principal: Principal, access: Access): void {
  if (principal.kind === 'admin') return;
  if (principal.kind === 'apiKey') {
    if (grantsAccess(principal.scopes, access)) return;
    throw new ProblemError('forbidden', { detail: `The key does not have the scope "${access}".` });
  }
  if (access === 'read' || principal.role === 'admin') return;
  throw new ProblemError('forbidden', {
    detail: 'An operator of the role "viewer" looks, and changes nothing.',
  });
}

/** Whether the things of a tenant exist, as far as this principal can tell. */
export function canSeeTenant(principal: Principal, tenantId: string): boolean {
  return isOperator(principal) || principal.tenantId === tenantId;
}

/** Whether this is no tenant. What an operator of the role `viewer` may not is refused by `requireAccess`. */
export function isOperator(principal: Principal): principal is Exclude<Principal, TenantPrincipal> {
  return principal.kind !== 'apiKey';
}

/** Throws `forbidden` for tenants; `action` says what was not allowed. */
export function requireOperator(principal: Principal, action: string): void {
  if (isOperator(principal)) return;
  throw new ProblemError('forbidden', { detail: `Only an operator may ${action}.` });
}

/** The lane of its writes: each tenant has one, and operators go before all of them. */
export function laneOf(principal: Principal): string | null {
  return isOperator(principal) ? null : principal.tenantId;
}

/** The id by which the principal is known in the audit trail; null for the admin token, which has none. */
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
