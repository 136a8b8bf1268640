import type { ConfigEntry } from '#libs/contract';
import type { AuditSubject } from '../database/entities/audit-entry.entity.js';
import type { RevisionDraft } from '../publishing/revision-draft.js';
import type { ConfigurationPlan } from './configuration-plan.js';
import { eachInSlices } from './each-in-slices.js';
import { publishedSteps, type PublishedStep } from './published-steps.js';
import { inBundles } from './step-bundles.js';

/**
 * So many entries are some 350 kB: a few milliseconds for the API to write, for Redis to store and for a gateway to take.
 * With a whole tenant of 10,000 routes in one revision each of them would stop for 100 ms.
 */
export const maxEntriesPerChange = 250;

/**
 * The plan as revisions. What changes of a tenant is one, which gateways take as a whole; when it is more than
 * `maxEntriesPerChange`, it is several, and what passes from one thing to another is still in one. Tenants that go come first,
 * then what passes from one tenant to another leaves the first, so that no revision has anything twice. Each thing that
 * changes gets one audit entry, with `details`.
 */
export async function revisionsOf(
  plan: ConfigurationPlan,
  details: AuditSubject['details'],
): Promise<RevisionDraft[]> {
  const steps = await publishedSteps(plan, details);
  const takers = new Map<string, string>();
  await eachInSlices(steps, ({ takes, subject }) => {
    for (const text of takes) takers.set(text, subject.tenantId);
  });
  const gone = new Set(
    plan.tenants.flatMap(({ before, after }) => (after === null && before ? before.id : [])),
  );
  const [going, leaving, changing] = [new ByTenant(), new ByTenant(), new ByTenant()];
  await eachInSlices(steps, (step) => {
    const { tenantId } = step.subject;
    if (gone.has(tenantId)) {
      going.add(tenantId, step);
      return;
    }
    const isPassedOn = step.gives.some((text) => (takers.get(text) ?? tenantId) !== tenantId);
    const isDeletion = step.entry.value === null;
    if (isPassedOn) leaving.add(tenantId, step);
    if (!isPassedOn || !isDeletion) changing.add(tenantId, step);
  });
  return [
    ...going.all().flatMap(draftsOfGoing),
    ...leaving.all().flatMap(draftsOfLeaving),
    ...changing.all().flatMap(draftsOfChanging),
  ];
}

class ByTenant {
  private readonly steps = new Map<string, PublishedStep[]>();

  add(tenantId: string, step: PublishedStep): void {
    const steps = this.steps.get(tenantId);
    if (steps === undefined) this.steps.set(tenantId, [step]);
    else steps.push(step);
  }

  all(): [string, PublishedStep[]][] {
    return [...this.steps];
  }
}

// The tenant goes last: gateways refuse that a tenant goes which still has routes or keys.
function draftsOfGoing([tenantId, [tenant, ...others]]: [string, PublishedStep[]]): RevisionDraft[] {
  return chunksOf([...others, ...(tenant ? [tenant] : [])].map((step) => [step])).map((steps) => ({
    tenantId,
    entries: steps.map(({ entry }) => withoutValue(entry)),
    acts: steps.map(({ act }) => act),
  }));
}

// What leaves one tenant for another and is not deleted is told of when it comes back.
function draftsOfLeaving([tenantId, all]: [string, PublishedStep[]]): RevisionDraft[] {
  return chunksOf(all.map((step) => [step])).map((steps) => ({
    tenantId,
    entries: steps.map(({ entry }) => withoutValue(entry)),
    acts: steps.filter(({ entry }) => entry.value === null).map(({ act }) => act),
  }));
}

function draftsOfChanging([tenantId, all]: [string, PublishedStep[]]): RevisionDraft[] {
  const bundles = all.length > maxEntriesPerChange ? inBundles(all) : [all];
  return chunksOf(bundles).map((steps) => ({
    tenantId,
    entries: steps.map(({ entry }) => entry),
    acts: steps.map(({ act }) => act),
  }));
}

/** Puts bundles together to about `maxEntriesPerChange`, in their order; none is taken apart. */
function chunksOf(bundles: readonly PublishedStep[][]): PublishedStep[][] {
  const chunks: PublishedStep[][] = [];
  let last: PublishedStep[] | undefined;
  for (const bundle of bundles) {
    if (last === undefined || last.length + bundle.length > maxEntriesPerChange) chunks.push((last = []));
    last.push(...bundle);
  }
  return chunks;
}

function withoutValue({ kind, id }: ConfigEntry): ConfigEntry {
  return { kind, id, value: null };
}
