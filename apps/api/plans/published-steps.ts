import type { ConfigEntry } from '#libs/contract';
import { statesOf } from '../audit/audited-state.js';
import type { AuditRecord } from '../audit/write-audit-entries.js';
import type { AuditAction, AuditSubject } from '../database/entities/audit-entry.entity.js';
import type { Resource } from '../resources/resource.js';
import { lists, resources, type ListName, type RowTypes } from '../resources/resources.js';
import { eachInSlices } from './each-in-slices.js';
import type { ConfigurationPlan, Step } from './plan.js';

/** One step of a plan, with its published entry and its audit entry. */
export interface PublishedStep {
  tenantId: string;
  record: AuditRecord;
  entry: ConfigEntry;
  /** Unique values (ids, claims, prefixes) that the resource had before the step. */
  released: string[];
  /** Unique values that the resource has after the step. */
  taken: string[];
}

/** The steps of all kinds: tenants first. Each audit entry has `details`. */
export async function publishedSteps(
  plan: ConfigurationPlan,
  details: AuditSubject['details'],
): Promise<PublishedStep[]> {
  const steps: PublishedStep[] = [];
  const add = <List extends ListName>(list: List, some: readonly Step<RowTypes[List]>[]): Promise<void> =>
    eachInSlices(some, (step) => void steps.push(publishedStep(resources[list], step, details)));
  for (const list of lists) await add(list, plan[list]);
  return steps;
}

function publishedStep<Row extends { id: string }, Document>(
  resource: Resource<Row, Document>,
  { before, after }: Step<Row>,
  details: AuditSubject['details'],
): PublishedStep {
  const row = after ?? before;
  if (row === null) throw new Error('a step has neither a row before nor after it');
  const tenantId = resource.tenantIdOf(row);
  const subject = { action: actionOf(resource, before, after), targetId: row.id, tenantId, details };
  return {
    tenantId,
    record: { subject, ...statesOf(resource, before, after) },
    entry: after === null ? { kind: resource.kind, id: row.id, value: null } : resource.entryOf(after),
    released: before === null ? [] : [before.id, ...resource.uniqueValuesOf(before)],
    taken: after === null ? [] : [after.id, ...resource.uniqueValuesOf(after)],
  };
}

function actionOf<Row extends { id: string }, Document>(
  { kind, deleteAction }: Pick<Resource<Row, Document>, 'kind' | 'deleteAction'>,
  before: Row | null,
  after: Row | null,
): AuditAction {
  if (after === null) return deleteAction;
  return before === null ? `${kind}.create` : `${kind}.update`;
}
