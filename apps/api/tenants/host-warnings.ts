import type { EntityManager } from 'typeorm';
import { TenantEntity } from '../database/entities/tenant.entity.js';
import { isOperator } from '../http/principal.js';
import type { RequestContext } from '../http/request-context.js';
import { tenantOverlapping } from './host-overlap.js';

/**
 * Warns an operator of host patterns that match hosts of other tenants. It is advice about a write that was committed,
 * so that what cannot be found out now is left out.
 */
export async function warnOfOverlaps(
  manager: EntityManager,
  context: Pick<RequestContext, 'principal' | 'warnings'>,
  tenantId: string,
  patterns: readonly string[],
): Promise<void> {
  if (!isOperator(context.principal)) return;
  try {
    for (const pattern of patterns) {
      // A route on "*" gets what is left over.
      const other = pattern === '*' ? null : await tenantOverlapping(manager, tenantId, pattern);
      if (other === null) continue;
      const tenant = await manager.findOneBy(TenantEntity, { id: other });
      if (tenant !== null) context.warnings.push(overlapWarning(pattern, tenant.slug));
    }
  } catch {
    return;
  }
}

/** One value of `Sluice-Warning`, an item with parameters (RFC 9651 §3.3). */
export function overlapWarning(host: string, slug: string): string {
  return `host_overlap;host="${host}";tenant="${slug}"`;
}
