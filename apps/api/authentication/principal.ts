import type { KeyScope } from '#libs/contract';
import { ProblemError } from '../http/problem-error.js';

/** Who sends a request: the operator with the admin token, or a tenant with a key of the scope `manage`. */
export type Principal = { kind: 'admin' } | TenantPrincipal;

export interface TenantPrincipal {
  kind: 'apiKey';
  keyId: string;
  prefix: string;
  tenantId: string;
  scopes: readonly KeyScope[];
  expiresAt: string | null;
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
