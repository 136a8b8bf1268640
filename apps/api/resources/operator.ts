import { OperatorEntity, type OperatorRow } from '../database/entities/operator.entity.js';
import type { AuditedResource } from './resource.js';

/** Operators are audited, but neither published nor part of a configuration document. */
export const operatorResource: AuditedResource<OperatorRow> = {
  entity: OperatorEntity,
  fieldsOf: ({ name, role, prefix, revokedAt }) => ({ name, role, prefix, revokedAt }),
  auditedFields: ['name', 'role', 'prefix', 'revokedAt'],
  redact: (fields) => fields,
};
