import { isDeepStrictEqual } from 'node:util';
import { In, type EntityManager, type EntityTarget } from 'typeorm';
import { ResourceLabelEntity } from '../database/entities/resource-label.entity.js';
import { insertEntities } from '../database/insert-entities.js';
import { statementParts } from '../database/statement-parts.js';
import { deleteListed, insertListed, updateListed } from '../lists/write-listed-rows.js';
import type { Resource } from './resource.js';
import { writeHostGrants } from './write-host-grants.js';
import { deleteQuotas, insertQuotas } from './write-quotas.js';

// Rows of resources are written only here, so that the tables which repeat their labels, quotas and hosts for
// queries, and their listed rows, always agree with them.

type StoredResource<Row extends { id: string }> = Pick<
  Resource<Row, unknown>,
  'kind' | 'entity' | 'tenantIdOf' | 'labelsOf' | 'quotaOf' | 'hostsOf' | 'listing'
>;

export async function insertRows<Row extends { id: string }>(
  manager: EntityManager,
  resource: StoredResource<Row>,
  rows: readonly Row[],
): Promise<void> {
  for (const part of statementParts(rows)) await insertEntities(manager, targetOf(resource), part);
  await insertLabels(manager, resource, rows);
  await insertListed(manager, resource.listing, rows);
  await insertQuotas(manager, resource, rows);
  await writeHosts(manager, resource, rows);
}

/** Changes a row; in the other tables, only what differs. */
export async function updateRow<Row extends { id: string }>(
  manager: EntityManager,
  resource: StoredResource<Row>,
  before: Row,
  after: Row,
): Promise<void> {
  await manager.update(targetOf(resource), { id: before.id }, after);
  await updateListed(manager, resource.listing, before, after);
  const { labelsOf, quotaOf, hostsOf } = resource;
  if (!isDeepStrictEqual(labelsOf(before), labelsOf(after))) {
    await deleteLabels(manager, resource, [before]);
    await insertLabels(manager, resource, [after]);
  }
  if (!isDeepStrictEqual(quotaOf(before), quotaOf(after))) {
    await deleteQuotas(manager, resource, [before]);
    await insertQuotas(manager, resource, [after]);
  }
  if (!isDeepStrictEqual(hostsOf?.(before), hostsOf?.(after))) await writeHosts(manager, resource, [after]);
}

/** Deletes rows. The hosts of a tenant are deleted with it by the database. */
export async function deleteRows<Row extends { id: string }>(
  manager: EntityManager,
  resource: StoredResource<Row>,
  rows: readonly Row[],
): Promise<void> {
  const ids = rows.map(({ id }) => id);
  await deleteLabels(manager, resource, rows);
  await deleteListed(manager, resource.listing, ids);
  await deleteQuotas(manager, resource, rows);
  for (const part of statementParts(ids)) await manager.delete(targetOf(resource), { id: In(part) });
}

// The name of the entity: TypeORM cannot type the columns of a row that is a type parameter.
function targetOf<Row extends { id: string }>({ entity }: StoredResource<Row>): EntityTarget<{ id: string }> {
  return entity.options.name;
}

async function insertLabels<Row extends { id: string }>(
  manager: EntityManager,
  resource: StoredResource<Row>,
  rows: readonly Row[],
): Promise<void> {
  const { kind, tenantIdOf, labelsOf } = resource;
  const labels = rows.flatMap((row) =>
    Object.entries(labelsOf(row)).map(([name, value]) => {
      return { kind, tenantId: tenantIdOf(row), resourceId: row.id, name, value };
    }),
  );
  await insertEntities(manager, ResourceLabelEntity, labels);
}

async function deleteLabels<Row extends { id: string }>(
  manager: EntityManager,
  { labelsOf }: StoredResource<Row>,
  rows: readonly Row[],
): Promise<void> {
  const labelled = rows.filter((row) => Object.keys(labelsOf(row)).length > 0);
  for (const ids of statementParts(labelled.map(({ id }) => id))) {
    await manager.delete(ResourceLabelEntity, { resourceId: In(ids) });
  }
}

async function writeHosts<Row extends { id: string }>(
  manager: EntityManager,
  { hostsOf }: StoredResource<Row>,
  rows: readonly Row[],
): Promise<void> {
  if (hostsOf === undefined) return;
  await writeHostGrants(
    manager,
    rows.map((row) => ({ id: row.id, hosts: hostsOf(row) })),
  );
}
