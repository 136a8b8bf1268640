import { MoreThan, type EntityManager } from 'typeorm';
import type { Tenant } from '#libs/contract';
import { eachPage, pageSize } from '../database/each-page.js';
import { ApiKeyEntity, type ApiKeyRow } from '../database/entities/api-key.entity.js';
import { RouteEntity, type RouteRow } from '../database/entities/route.entity.js';
import { TenantEntity } from '../database/entities/tenant.entity.js';

/** Everything that is declared, each kind by its ids. */
export interface ConfigurationRows {
  tenants: Tenant[];
  routes: RouteRow[];
  apiKeys: ApiKeyRow[];
}

/** Reads all of it, in pages; `manager` has to see one moment. */
export async function readConfigurationRows(manager: EntityManager): Promise<ConfigurationRows> {
  const pageAfter = (id: string) => ({ where: { id: MoreThan(id) }, order, take: pageSize });
  return {
    tenants: await all(eachPage((id) => manager.find(TenantEntity, pageAfter(id)))),
    routes: await all(eachPage((id) => manager.find(RouteEntity, pageAfter(id)))),
    apiKeys: await all(eachPage((id) => manager.find(ApiKeyEntity, pageAfter(id)))),
  };
}

/** Reads a tenant's own routes and keys, in pages. */
export async function readRowsOfTenant(manager: EntityManager, tenant: Tenant): Promise<ConfigurationRows> {
  const pageAfter = (id: string) => ({
    where: { tenantId: tenant.id, id: MoreThan(id) },
    order,
    take: pageSize,
  });
  return {
    tenants: [tenant],
    routes: await all(eachPage((id) => manager.find(RouteEntity, pageAfter(id)))),
    apiKeys: await all(eachPage((id) => manager.find(ApiKeyEntity, pageAfter(id)))),
  };
}

const order = { id: 'ASC' } as const;

async function all<Row>(pages: AsyncIterable<Row[]>): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const page of pages) for (const row of page) rows.push(row);
  return rows;
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
