import { isDeepStrictEqual } from 'node:util';
import { In, type EntityManager } from 'typeorm';
import type { Tenant } from '#libs/contract';
import { ApiKeyEntity } from '../database/entities/api-key.entity.js';
import { RouteEntity } from '../database/entities/route.entity.js';
import { TenantEntity } from '../database/entities/tenant.entity.js';
import { writeHostGrants } from '../tenants/write-host-grants.js';
import type { ConfigurationPlan, Step } from './configuration-plan.js';

// A statement of so many takes a few milliseconds to make; with 500 it is no faster, and stops everything else for longer.
const rowsAtOnce = 100;

/**
 * Brings the rows to where the plan leads. What changes is taken out and put in again, so that a slug, a host and path
 * or a prefix may pass from one to another.
 */
export async function writeRows(
  manager: EntityManager,
  { tenants, routes, apiKeys }: ConfigurationPlan,
): Promise<void> {
  const gone = tenants.filter(({ after }) => after === null);
  const made = tenants.filter(({ before }) => before === null);
  await inBatches(idsBefore(apiKeys), (ids) => manager.delete(ApiKeyEntity, { id: In(ids) }));
  await inBatches(idsBefore(routes), (ids) => manager.delete(RouteEntity, { id: In(ids) }));
  await inBatches(idsBefore(gone), (ids) => manager.delete(TenantEntity, { id: In(ids) }));
  await updateTenants(manager, tenants);
  await inBatches(rowsAfter(made), (rows) => manager.insert(TenantEntity, rows));
  const regranted = tenants.filter(({ before, after }) => !isDeepStrictEqual(before?.hosts, after?.hosts));
  await inBatches(rowsAfter(regranted), (rows) => writeHostGrants(manager, rows));
  await inBatches(rowsAfter(routes), (rows) => manager.insert(RouteEntity, rows));
  await inBatches(rowsAfter(apiKeys), (rows) => manager.insert(ApiKeyEntity, rows));
}

// A tenant has routes that refer to it, and cannot be taken out. No slug has an underscore, and every id has one.
async function updateTenants(manager: EntityManager, steps: readonly Step<Tenant>[]): Promise<void> {
  const changed = rowsAfter(steps.filter(({ before }) => before !== null));
  for (const { id } of changed) await manager.update(TenantEntity, { id }, { slug: id });
  for (const tenant of changed) await manager.update(TenantEntity, { id: tenant.id }, tenant);
}

function idsBefore(steps: readonly Step<{ id: string }>[]): string[] {
  return steps.flatMap(({ before }) => (before === null ? [] : [before.id]));
}

function rowsAfter<Row>(steps: readonly Step<Row>[]): Row[] {
  return steps.flatMap(({ after }) => (after === null ? [] : [after]));
}

async function inBatches<Item>(
  items: readonly Item[],
  write: (batch: Item[]) => Promise<unknown>,
): Promise<void> {
  for (let start = 0; start < items.length; start += rowsAtOnce) {
    await write(items.slice(start, start + rowsAtOnce));
  }
}
