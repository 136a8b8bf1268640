import { In, type EntityManager } from 'typeorm';
import { hasQuota } from '#libs/contract';
import { QuotaEntity } from '../database/entities/quota.entity.js';
import { statementParts } from '../database/statement-parts.js';
import type { Resource } from './resource.js';

type QuotaResource<Row extends { id: string }> = Pick<Resource<Row, unknown>, 'tenantIdOf' | 'quotaOf'>;

/** Writes the quotas of these rows into the table of quotas. */
export async function insertQuotas<Row extends { id: string }>(
  manager: EntityManager,
  { tenantIdOf, quotaOf }: QuotaResource<Row>,
  rows: readonly Row[],
): Promise<void> {
  const quotas = rows.flatMap((row) => {
    const quota = quotaOf(row);
    if (quota === null || !hasQuota(quota)) return [];
    return [{ subjectId: row.id, tenantId: tenantIdOf(row), quota }];
  });
  for (const part of statementParts(quotas)) await manager.insert(QuotaEntity, part);
}

export async function deleteQuotas<Row extends { id: string }>(
  manager: EntityManager,
  { quotaOf }: QuotaResource<Row>,
  rows: readonly Row[],
): Promise<void> {
  const limited = rows.filter((row) => {
    const quota = quotaOf(row);
    return quota !== null && hasQuota(quota);
  });
  for (const ids of statementParts(limited.map(({ id }) => id))) {
    await manager.delete(QuotaEntity, { subjectId: In(ids) });
  }
}
