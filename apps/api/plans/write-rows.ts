import { isDeepStrictEqual } from 'node:util';
import { In, type EntityManager } from 'typeorm';
import type { Tenant } from '#libs/contract';
import { TenantEntity } from '../database/entities/tenant.entity.js';
import { statementParts } from '../database/statement-parts.js';
import { childLists, resources, type ListName } from '../resources/resources.js';
import { writeHostGrants } from '../resources/write-host-grants.js';
import type { ConfigurationPlan, Step } from './plan.js';

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
  await writeHostGrants(manager, rowsAfter(regranted));
  for (const list of childLists) await insertRows(manager, list, plan[list]);
}

async function deleteRows(
  manager: EntityManager,
  list: ListName,
  steps: readonly Step<{ id: string }>[],
): Promise<void> {
  const ids = steps.flatMap(({ before }) => (before === null ? [] : [before.id]));
  for (const part of statementParts(ids)) await manager.delete(resources[list].entity, { id: In(part) });
}

async function insertRows(
  manager: EntityManager,
  list: ListName,
  steps: readonly Step<{ id: string }>[],
): Promise<void> {
  for (const rows of statementParts(rowsAfter(steps))) {
    await manager.insert(resources[list].entity, rows);
  }
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
