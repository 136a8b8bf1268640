import { In, type EntityManager } from 'typeorm';
import type { Tenant } from '#libs/contract';
import { HostGrantEntity } from '../database/entities/host-grant.entity.js';
import { hostKeyOf } from '../database/entities/host-key.js';
import { statementParts } from '../database/statement-parts.js';

/** Replaces the stored host grants of these tenants with their `hosts`. */
export async function writeHostGrants(
  manager: EntityManager,
  tenants: readonly Pick<Tenant, 'id' | 'hosts'>[],
): Promise<void> {
  const rows = tenants.flatMap(({ id: tenantId, hosts }) =>
    [...new Set(hosts)].map((host) => ({ hostKey: hostKeyOf(host), tenantId })),
  );
  for (const part of statementParts(tenants)) {
    await manager.delete(HostGrantEntity, { tenantId: In(part.map(({ id }) => id)) });
  }
  for (const part of statementParts(rows)) await manager.insert(HostGrantEntity, part);
}
