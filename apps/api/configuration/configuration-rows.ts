import type { EntityManager } from 'typeorm';
import type { Tenant } from '#libs/contract';
import { ApiKeyEntity, type ApiKeyRow } from '../api-keys/api-key.entity.js';
import { RouteEntity, type RouteRow } from '../routes/route.entity.js';
import { TenantEntity } from '../tenants/tenant.entity.js';

/** Everything that is declared, each kind by its ids. */
export interface ConfigurationRows {
  tenants: Tenant[];
  routes: RouteRow[];
  apiKeys: ApiKeyRow[];
}

export async function readConfigurationRows(manager: EntityManager): Promise<ConfigurationRows> {
  const order = { id: 'ASC' } as const;
  return {
    tenants: await manager.find(TenantEntity, { order }),
    routes: await manager.find(RouteEntity, { order }),
    apiKeys: await manager.find(ApiKeyEntity, { order }),
  };
}

/** The rows of each tenant, by the id of the tenant. */
export function byTenant<Row extends { tenantId: string }>(rows: readonly Row[]): Map<string, Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const group = groups.get(row.tenantId);
    if (group === undefined) groups.set(row.tenantId, [row]);
    else group.push(row);
  }
  return groups;
}
