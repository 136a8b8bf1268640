import type { EntityManager } from 'typeorm';
import type { AuditSubject } from '../database/entities/audit-entry.entity.js';
import type { Fields } from '../http/fields.js';
import type { AuditedResource } from '../resources/resource.js';
import { auditedResources, type AuditedKind, type AuditedRows } from '../resources/resources.js';
import { fieldDifference } from './field-difference.js';

/** The audited fields of a resource before and after an action; both null if the action changed nothing. */
export interface AuditedStates {
  /** The previous values of the changed fields; all fields of a deleted resource, null for a new one. */
  before: Fields | null;
  /** The new values of the changed fields; all fields of a new resource, null for a deleted one. */
  after: Fields | null;
}

/**
 * The target of an action before and after it: `before` reads the committed state before the action, `after`
 * reads in its transaction. Both are null if the target is not an audited resource.
 */
export async function auditedStates(
  { action, targetId }: Pick<AuditSubject, 'action' | 'targetId'>,
  before: EntityManager,
  after: EntityManager,
): Promise<AuditedStates> {
  const kind = action.slice(0, action.indexOf('.'));
  if (!isAuditedKind(kind)) return { before: null, after: null };
  return statesOfKind(kind, await findRow(kind, targetId, before), await findRow(kind, targetId, after));
}

function isAuditedKind(kind: string): kind is AuditedKind {
  return Object.hasOwn(auditedResources, kind);
}

function findRow<Kind extends AuditedKind>(
  kind: Kind,
  id: string,
  manager: EntityManager,
): Promise<AuditedRows[Kind] | null> {
  return manager.createQueryBuilder(auditedResources[kind].entity, 'row').where({ id }).getOne();
}

function statesOfKind<Kind extends AuditedKind>(
  kind: Kind,
  before: AuditedRows[Kind] | null,
  after: AuditedRows[Kind] | null,
): AuditedStates {
  return statesOf(auditedResources[kind], before, after);
}

/** The audited fields in which two rows of a resource differ. */
export function statesOf<Row extends { id: string }>(
  resource: AuditedResource<Row>,
  before: Row | null,
  after: Row | null,
): AuditedStates {
  const [old, changed] = [keptFields(resource, before), keptFields(resource, after)];
  if (old === null || changed === null)
    return { before: shown(resource, old), after: shown(resource, changed) };
  const difference = fieldDifference(old, changed);
  if (Object.keys({ ...difference.before, ...difference.after }).length === 0)
    return { before: null, after: null };
  return { before: shown(resource, difference.before), after: shown(resource, difference.after) };
}

function keptFields<Row extends { id: string }>(
  { auditedFields, fieldsOf }: AuditedResource<Row>,
  row: Row | null,
): Fields | null {
  if (row === null) return null;
  return Object.fromEntries(Object.entries(fieldsOf(row)).filter(([name]) => auditedFields.includes(name)));
}

// A list of 64 long URLs has 130 kB. For such a value the trail records only that it changed, and who changed
// it.
const maxValueLength = 16 * 1024;

function shown({ redact }: Pick<AuditedResource<never>, 'redact'>, fields: Fields | null): Fields | null {
  if (fields === null) return null;
  return Object.fromEntries(Object.entries(redact(fields)).map(([name, value]) => [name, shortened(value)]));
}

function shortened(value: unknown): unknown {
  const { length } = JSON.stringify(value);
  return length <= maxValueLength ? value : `(${length} characters, not kept)`;
}
