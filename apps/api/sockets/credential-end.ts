import type { OutboxRow } from '../database/entities/outbox-row.entity.js';
import { grantsAccess, type Access, type TenantPrincipal } from '../http/principal.js';

/** The reason why a key no longer grants the access: this change, or its expiry. Null while it does. */
export function endOfCredential(
  principal: TenantPrincipal,
  access: Access,
  change: OutboxRow | null,
  nowMs: number,
): string | null {
  if (principal.expiresAt !== null && Date.parse(principal.expiresAt) <= nowMs) return 'key expired';
  for (const { kind, id, value } of change?.entries ?? []) {
    if (kind === 'tenant' && id === principal.tenantId && value?.status !== 'active')
      return 'tenant suspended';
    if (kind !== 'apiKey' || id !== principal.keyId) continue;
    if (value?.prefix !== principal.prefix || !grantsAccess(value.scopes, access)) return 'key revoked';
  }
  return null;
}
