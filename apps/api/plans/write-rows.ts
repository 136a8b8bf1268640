import type { EntityManager } from 'typeorm';
import type { Tenant } from '#libs/contract';
import { TenantEntity } from '../database/entities/tenant.entity.js';
import { childLists, resources, type ListName, type RowTypes } from '../resources/resources.js';
import { deleteRows, insertRows, updateRow } from '../resources/stored-rows.js';
import type { ConfigurationPlan, Step } from './plan.js';

/**
 * Writes the rows of a plan. A changed row is deleted and inserted again, so that a slug, a host and path, or
 * a prefix can move from one row to another.
 */
export async function writeRows(manager: EntityManager, plan: ConfigurationPlan): Promise<void> {
  const { tenants } = plan;
  for (const list of [...childLists].reverse()) await deleteBefore(manager, list, plan[list]);
  await deleteBefore(
    manager,
    'tenants',
    tenants.filter(({ after }) => after === null),
  );
  await updateTenants(manager, tenants);
  await insertAfter(
    manager,
    'tenants',
    tenants.filter(({ before }) => before === null),
  );
  for (const list of childLists) await insertAfter(manager, list, plan[list]);
}

function deleteBefore<List extends ListName>(
  manager: EntityManager,
  list: List,
  steps: readonly Step<RowTypes[List]>[],
): Promise<void> {
  const rows = steps.flatMap(({ before }) => (before === null ? [] : [before]));
  return deleteRows(manager, resources[list], rows);
}

function insertAfter<List extends ListName>(
  manager: EntityManager,
  list: List,
  steps: readonly Step<RowTypes[List]>[],
): Promise<void> {
  const rows = steps.flatMap(({ after }) => (after === null ? [] : [after]));
  return insertRows(manager, resources[list], rows);
}

// Routes refer to their tenant, so it cannot be deleted and inserted again. No slug has an underscore, and
// every id has one.
async function updateTenants(manager: EntityManager, steps: readonly Step<Tenant>[]): Promise<void> {
  const changed = steps.flatMap(({ before, after }) =>
    before === null || after === null ? [] : [{ before, after }],
  );
  for (const { after } of changed) await manager.update(TenantEntity, { id: after.id }, { slug: after.id });
  for (const { before, after } of changed) await updateRow(manager, resources.tenants, before, after);
}
