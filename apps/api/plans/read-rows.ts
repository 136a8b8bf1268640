import type { EntityManager, ObjectLiteral } from 'typeorm';
import type { Tenant } from '#libs/contract';
import { pagesOf } from '../database/pages-of.js';
import { childLists, lists, resources, type ListName, type RowTypes } from '../resources/resources.js';
import { emptyRows, type ConfigurationRows } from './plan.js';

/** Reads the whole configuration in pages. `manager` must read from one snapshot. */
export async function readConfigurationRows(manager: EntityManager): Promise<ConfigurationRows> {
  const rows = emptyRows();
  for (const list of lists) await readInto(rows[list], manager, list, {});
  return rows;
}

/** Reads the resources of one tenant in pages. */
export async function readRowsOfTenant(manager: EntityManager, tenant: Tenant): Promise<ConfigurationRows> {
  const rows = { ...emptyRows(), tenants: [tenant] };
  for (const list of childLists) await readInto(rows[list], manager, list, { tenantId: tenant.id });
  return rows;
}

async function readInto<List extends ListName>(
  rows: RowTypes[List][],
  manager: EntityManager,
  list: List,
  where: ObjectLiteral,
): Promise<void> {
  for await (const page of pagesOf(manager, resources[list].entity, where)) rows.push(...page);
}
