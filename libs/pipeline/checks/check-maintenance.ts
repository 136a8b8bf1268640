import type { Maintenance } from '#libs/contract';
import type { Refusal } from '../refusal.js';

interface UnderMaintenance {
  maintenance: Maintenance | null;
}

/** The refusal of a new connection if the route or its tenant is under maintenance; null otherwise. */
export function refusalForMaintenance(route: UnderMaintenance, tenant: UnderMaintenance): Refusal | null {
  const maintenance = route.maintenance ?? tenant.maintenance;
  if (maintenance === null) return null;
  const detail = `the ${route.maintenance === null ? 'tenant' : 'route'} is under maintenance`;
  return { code: 'maintenance', detail, retryAfterSeconds: maintenance.retryAfterSeconds };
}
