import type { EntityManager } from 'typeorm';
import { TenantEntity } from '../database/entities/tenant.entity.js';
import { isPlatformOperator } from '../http/principal.js';
import type { RequestContext } from '../http/request-context.js';
import { tenantOverlapping } from './host-overlap.js';

/**
 * Warns an operator of host patterns that overlap with hosts of other tenants. The write is committed
 * already, so errors are ignored.
 */
export async function warnOfOverlaps(
  manager: EntityManager,
  context: Pick<RequestContext, 'principal' | 'warnings'>,
  tenantId: string,
  patterns: readonly string[],
): Promise<void> {
  if (!isPlatformOperator(context.principal)) return;
  try {
    for (const pattern of patterns) {
      // A route on "*" receives only hosts that no other pattern matches.
      const other = pattern === '*' ? null : await tenantOverlapping(manager, tenantId, pattern);
      if (other === null) continue;
      const tenant = await manager.findOneBy(TenantEntity, { id: other });
      if (tenant !== null) context.warnings.push(overlapWarning(pattern, tenant.slug));
    }
  } catch {
    return;
  }
}

/** A value of `Sluice-Warning`: an item with parameters (RFC 9651 §3.3). */
export function overlapWarning(host: string, slug: string): string {
  return `host_overlap;host="${host}";tenant="${slug}"`;
}
