import { OperatorEntity, type OperatorRow } from '../database/entities/operator.entity.js';
import type { AuditedResource } from './resource.js';

/** Operators are audited, but neither published nor part of a configuration document. */
export const operatorResource: AuditedResource<OperatorRow> = {
  entity: OperatorEntity,
  fieldsOf: ({ name, role, tenantIds, prefix, revokedAt }) => ({ name, role, tenantIds, prefix, revokedAt }),
  auditedFields: ['name', 'role', 'tenantIds', 'prefix', 'revokedAt'],
  redact: (fields) => fields,
};

/**
 * The hash of the secret with this prefix; null if the operator is revoked, or the token was replaced and its
 * grace period is over.
 */
export function secretOf(row: OperatorRow, prefix: string, nowMs: number): string | null {
  if (row.revokedAt !== null) return null;
  if (row.prefix === prefix) return row.secretHash;
  const { previousPrefix, previousSecretHash, previousExpiresAt } = row;
  if (previousPrefix !== prefix || previousExpiresAt === null) return null;
  return Date.parse(previousExpiresAt) > nowMs ? previousSecretHash : null;
}
