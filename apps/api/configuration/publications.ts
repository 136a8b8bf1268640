import type { ConfigEntry } from '#libs/contract';
import { apiKeyEntry } from '../api-keys/published-api-key.js';
import type { ChangeSubject } from '../publishing/change-draft.js';
import { routeEntry } from '../routes/published-route.js';
import { tenantEntry } from '../tenants/published-tenant.js';
import type { ConfigurationPlan, Step } from './configuration-plan.js';

/** What one revision says: an entry for each thing of one tenant, and what the audit trail has to say of them. */
export interface Publication {
  tenantId: string;
  entries: ConfigEntry[];
  subjects: ChangeSubject[];
}

interface PublishedStep {
  subject: ChangeSubject;
  entry: ConfigEntry;
  /** What no two things have at once: ids, claims, prefixes. */
  gives: string[];
  takes: string[];
}

/**
 * The plan as revisions. A tenant's changes are one, which gateways take as a whole. Tenants that go come first, then
 * what passes from one tenant to another leaves the first, so that no revision has anything twice.
 */
export function publicationsOf(plan: ConfigurationPlan): Publication[] {
  const steps = stepsOf(plan);
  const takers = new Map(
    steps.flatMap(({ takes, subject }) => takes.map((text) => [text, subject.tenantId] as const)),
  );
  const gone = new Set(
    plan.tenants.flatMap(({ before, after }) => (after === null && before ? before.id : [])),
  );
  const [going, leaving, changing] = [new Publications(), new Publications(), new Publications()];
  for (const step of steps) {
    const { tenantId, action } = step.subject;
    if (gone.has(tenantId)) {
      going.add(step, action === 'tenant.delete');
      continue;
    }
    const isPassedOn = step.gives.some((text) => (takers.get(text) ?? tenantId) !== tenantId);
    const isDeletion = step.entry.value === null && step.takes.length === 0;
    if (isPassedOn) leaving.add({ ...step, entry: withoutValue(step.entry) }, isDeletion);
    if (!isPassedOn || !isDeletion) changing.add(step, true);
  }
  return [...going.all(), ...leaving.all(), ...changing.all()];
}

/** Revisions in the making, by tenant. */
class Publications {
  private readonly byTenant = new Map<string, Publication>();

  add({ subject, entry }: PublishedStep, isAudited: boolean): void {
    const { tenantId } = subject;
    const publication = this.byTenant.get(tenantId) ?? { tenantId, entries: [], subjects: [] };
    publication.entries.push(entry);
    if (isAudited) publication.subjects.push(subject);
    this.byTenant.set(tenantId, publication);
  }

  all(): Publication[] {
    return [...this.byTenant.values()];
  }
}

function stepsOf({ tenants, routes, apiKeys }: ConfigurationPlan): PublishedStep[] {
  return [
    ...tenants.map((step) =>
      publishedStep(
        'tenant',
        step,
        tenantEntry,
        ({ id }) => id,
        () => [],
      ),
    ),
    ...routes.map((step) =>
      publishedStep(
        'route',
        step,
        routeEntry,
        ({ tenantId }) => tenantId,
        ({ claim }) => (claim === null ? [] : [claim]),
      ),
    ),
    ...apiKeys.map((step) =>
      publishedStep(
        'apiKey',
        step,
        apiKeyEntry,
        ({ tenantId }) => tenantId,
        ({ prefix, previousPrefix }) => [prefix, previousPrefix ?? prefix],
      ),
    ),
  ];
}

function publishedStep<Row extends { id: string }>(
  kind: ConfigEntry['kind'],
  { before, after }: Step<Row>,
  entryOf: (row: Row) => ConfigEntry,
  tenantIdOf: (row: Row) => string,
  ownOf: (row: Row) => string[],
): PublishedStep {
  const row = after ?? before;
  if (row === null) throw new Error('a step is about something');
  return {
    subject: { action: actionOf(kind, before, after), targetId: row.id, tenantId: tenantIdOf(row) },
    entry: after === null ? { kind, id: row.id, value: null } : entryOf(after),
    gives: before === null ? [] : [before.id, ...ownOf(before)],
    takes: after === null ? [] : [after.id, ...ownOf(after)],
  };
}

function actionOf(kind: ConfigEntry['kind'], before: unknown, after: unknown): ChangeSubject['action'] {
  if (before === null) return `${kind}.create`;
  if (after !== null) return `${kind}.update`;
  return kind === 'apiKey' ? 'apiKey.revoke' : `${kind}.delete`;
}

function withoutValue({ kind, id }: ConfigEntry): ConfigEntry {
  return { kind, id, value: null };
}
