import type { TenantPrincipal } from '../authentication/principal.js';
import type { OutboxRow } from '../publishing/outbox-row.entity.js';

/** Why a key may no longer be listened with: after this change, or because its time is over. Null while it may. */
export function endOfCredential(
  principal: TenantPrincipal,
  change: OutboxRow | null,
  nowMs: number,
): string | null {
  if (principal.expiresAt !== null && Date.parse(principal.expiresAt) <= nowMs) return 'key expired';
  for (const { kind, id, value } of change?.entries ?? []) {
    if (kind === 'tenant' && id === principal.tenantId && value?.status !== 'active')
      return 'tenant suspended';
    if (kind !== 'apiKey' || id !== principal.keyId) continue;
    if (value?.prefix !== principal.prefix || !value.scopes.includes('manage')) return 'key revoked';
  }
  return null;
}
