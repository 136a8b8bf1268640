import type { ConfigEntry } from '#libs/contract';
import { apiKeyEntry } from '../api-keys/published-api-key.js';
import { statesOf, type AuditedStates } from '../audit/audited-state.js';
import type { AuditedAct } from '../audit/write-audit-entries.js';
import type { AuditSubject } from '../database/entities/audit-entry.entity.js';
import type { ChangeSubject } from '../publishing/change-draft.js';
import { routeEntry } from '../routes/published-route.js';
import { tenantEntry } from '../tenants/published-tenant.js';
import type { ConfigurationPlan, Step } from './configuration-plan.js';
import { eachInSlices } from './each-in-slices.js';

/** One step of a plan, as gateways and the audit trail hear of it. */
export interface PublishedStep {
  subject: ChangeSubject;
  act: AuditedAct;
  entry: ConfigEntry;
  /** What no two things have at once: ids, claims, prefixes. */
  gives: string[];
  takes: string[];
}

/** All steps: tenants, then routes, then keys. Each audit entry has `details`. */
export async function publishedSteps(
  { tenants, routes, apiKeys }: ConfigurationPlan,
  details: AuditSubject['details'],
): Promise<PublishedStep[]> {
  const steps: PublishedStep[] = [];
  const add = <Row extends { id: string }>(kind: Kind<Row>, some: readonly Step<Row>[]): Promise<void> =>
    eachInSlices(some, (step) => void steps.push(publishedStep(kind, step, details)));
  await add(
    {
      name: 'tenant',
      entryOf: tenantEntry,
      statesOf: (...rows) => statesOf('tenant', ...rows),
      tenantIdOf: ({ id }) => id,
      ownOf: () => [],
    },
    tenants,
  );
  await add(
    {
      name: 'route',
      entryOf: routeEntry,
      statesOf: (...rows) => statesOf('route', ...rows),
      tenantIdOf: ({ tenantId }) => tenantId,
      ownOf: ({ claim }) => (claim === null ? [] : [claim]),
    },
    routes,
  );
  await add(
    {
      name: 'apiKey',
      entryOf: apiKeyEntry,
      statesOf: (...rows) => statesOf('apiKey', ...rows),
      tenantIdOf: ({ tenantId }) => tenantId,
      ownOf: ({ prefix, previousPrefix }) => [prefix, previousPrefix ?? prefix],
    },
    apiKeys,
  );
  return steps;
}

interface Kind<Row> {
  name: ConfigEntry['kind'];
  entryOf: (row: Row) => ConfigEntry;
  statesOf: (before: Row | null, after: Row | null) => AuditedStates;
  tenantIdOf: (row: Row) => string;
  ownOf: (row: Row) => string[];
}

function publishedStep<Row extends { id: string }>(
  { name, entryOf, statesOf, tenantIdOf, ownOf }: Kind<Row>,
  { before, after }: Step<Row>,
  details: AuditSubject['details'],
): PublishedStep {
  const row = after ?? before;
  if (row === null) throw new Error('a step is about something');
  const subject = { action: actionOf(name, before, after), targetId: row.id, tenantId: tenantIdOf(row) };
  return {
    subject,
    act: { subject: { ...subject, details }, ...statesOf(before, after) },
    entry: after === null ? { kind: name, id: row.id, value: null } : entryOf(after),
    gives: before === null ? [] : [before.id, ...ownOf(before)],
    takes: after === null ? [] : [after.id, ...ownOf(after)],
  };
}

function actionOf(kind: ConfigEntry['kind'], before: unknown, after: unknown): ChangeSubject['action'] {
  if (before === null) return `${kind}.create`;
  if (after !== null) return `${kind}.update`;
  return kind === 'apiKey' ? 'apiKey.revoke' : `${kind}.delete`;
}
