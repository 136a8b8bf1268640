import { In, type EntityManager } from 'typeorm';
import type { Tenant } from '#libs/contract';
import { HostGrantEntity } from '../database/entities/host-grant.entity.js';
import { hostKeyOf } from '../database/entities/host-key.js';

// SQLite allows 32,766 values in a statement.
const rowsPerStatement = 500;

/** Replaces the stored host grants of these tenants with their `hosts`. */
export async function writeHostGrants(
  manager: EntityManager,
  tenants: readonly Pick<Tenant, 'id' | 'hosts'>[],
): Promise<void> {
  const rows = tenants.flatMap(({ id: tenantId, hosts }) =>
    [...new Set(hosts)].map((host) => ({ hostKey: hostKeyOf(host), tenantId })),
  );
  for (let start = 0; start < tenants.length; start += rowsPerStatement) {
    const ids = tenants.slice(start, start + rowsPerStatement).map(({ id }) => id);
    await manager.delete(HostGrantEntity, { tenantId: In(ids) });
  }
  for (let start = 0; start < rows.length; start += rowsPerStatement) {
    await manager.insert(HostGrantEntity, rows.slice(start, start + rowsPerStatement));
  }
}
