import { OperatorEntity, type OperatorRow } from '../database/entities/operator.entity.js';
import type { AuditedResource } from './resource.js';

/** Operators are audited; they are not published, and no document has them. */
export const operatorResource: AuditedResource<OperatorRow> = {
  entity: OperatorEntity,
  fieldsOf: ({ name, role, prefix, revokedAt }) => ({ name, role, prefix, revokedAt }),
  auditedFields: ['name', 'role', 'prefix', 'revokedAt'],
  redact: (fields) => fields,
};
