import { isDeepStrictEqual } from 'node:util';
import { In, type EntityManager } from 'typeorm';
import type { Tenant } from '#libs/contract';
import { TenantEntity } from '../database/entities/tenant.entity.js';
import { childLists, resources, type ListName } from '../resources/resources.js';
import { writeHostGrants } from '../resources/write-host-grants.js';
import type { ConfigurationPlan, Step } from './plan.js';

// A statement of this size takes a few milliseconds to build; 500 rows take no less time per row, and block
// for longer.
const rowsPerStatement = 100;

/**
 * Writes the rows of a plan. A changed row is deleted and inserted again, so that a slug, a host and path, or
 * a prefix can move from one row to another.
 */
export async function writeRows(manager: EntityManager, plan: ConfigurationPlan): Promise<void> {
  const { tenants } = plan;
  for (const list of [...childLists].reverse()) await deleteRows(manager, list, plan[list]);
  await deleteRows(
    manager,
    'tenants',
    tenants.filter(({ after }) => after === null),
  );
  await updateTenants(manager, tenants);
  await insertRows(
    manager,
    'tenants',
    tenants.filter(({ before }) => before === null),
  );
  const regranted = tenants.filter(({ before, after }) => !isDeepStrictEqual(before?.hosts, after?.hosts));
  await inBatches(rowsAfter(regranted), (rows) => writeHostGrants(manager, rows));
  for (const list of childLists) await insertRows(manager, list, plan[list]);
}

function deleteRows(
  manager: EntityManager,
  list: ListName,
  steps: readonly Step<{ id: string }>[],
): Promise<void> {
  const ids = steps.flatMap(({ before }) => (before === null ? [] : [before.id]));
  return inBatches(ids, (batch) => manager.delete(resources[list].entity, { id: In(batch) }));
}

function insertRows(
  manager: EntityManager,
  list: ListName,
  steps: readonly Step<{ id: string }>[],
): Promise<void> {
  return inBatches(rowsAfter(steps), (rows) => manager.insert(resources[list].entity, rows));
}

// Routes refer to their tenant, so it cannot be deleted and inserted again. No slug has an underscore, and
// every id has one.
async function updateTenants(manager: EntityManager, steps: readonly Step<Tenant>[]): Promise<void> {
  const changed = rowsAfter(steps.filter(({ before }) => before !== null));
  for (const { id } of changed) await manager.update(TenantEntity, { id }, { slug: id });
  for (const tenant of changed) await manager.update(TenantEntity, { id: tenant.id }, tenant);
}

function rowsAfter<Row>(steps: readonly Step<Row>[]): Row[] {
  return steps.flatMap(({ after }) => (after === null ? [] : [after]));
}

async function inBatches<Item>(
  items: readonly Item[],
  write: (batch: Item[]) => Promise<unknown>,
): Promise<void> {
  for (let start = 0; start < items.length; start += rowsPerStatement) {
    await write(items.slice(start, start + rowsPerStatement));
  }
}
