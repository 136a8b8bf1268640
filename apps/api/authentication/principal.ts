import type { KeyScope } from '#libs/contract';
import { ProblemError } from '../http/problem-error.js';

/** Who sends a request: the operator with the admin token, or a tenant with a key of the scope `manage` or `read`. */
export type Principal = { kind: 'admin' } | TenantPrincipal;

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
  if (principal.kind === 'admin' || grantsAccess(principal.scopes, access)) return;
  throw new ProblemError('forbidden', { detail: `The key does not have the scope "${access}".` });
}

/** Whether the things of a tenant exist, as far as this principal can tell. */
export function canSeeTenant(principal: Principal, tenantId: string): boolean {
  return principal.kind === 'admin' || principal.tenantId === tenantId;
}

/** Throws `forbidden` for anyone but the operator; `action` says what was not allowed. */
export function requireAdmin(principal: Principal, action: string): void {
  if (principal.kind === 'admin') return;
  throw new ProblemError('forbidden', { detail: `Only the admin token may ${action}.` });
}
