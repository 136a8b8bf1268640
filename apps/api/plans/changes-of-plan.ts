import type { ConfigEntry } from '#libs/contract';
import type { AuditSubject } from '../database/entities/audit-entry.entity.js';
import type { PendingChange } from '../publishing/pending-change.js';
import { eachInSlices } from './each-in-slices.js';
import type { ConfigurationPlan } from './plan.js';
import { publishedSteps, type PublishedStep } from './published-steps.js';
import { inBundles } from './step-bundles.js';

/**
 * A change of this size has some 350 kB, which takes the API, Redis and a gateway a few milliseconds each. A
 * tenant with 10,000 routes in one revision would block each of them for 100 ms.
 */
export const maxEntriesPerChange = 250;

/**
 * Splits a plan into changes, one for each revision. The steps of a tenant are one change, which gateways
 * apply as a whole. More than `maxEntriesPerChange` steps are several changes, but steps that move a unique
 * value from one resource to another are in the same change. Deletions of tenants come first. Resources that
 * lose a unique value to another tenant are removed from gateways next, so that no revision has a value
 * twice. Each changed resource gets one audit entry, with `details`.
 */
export async function changesOf(
  plan: ConfigurationPlan,
  details: AuditSubject['details'],
): Promise<PendingChange[]> {
  const steps = await publishedSteps(plan, details);
  const takers = new Map<string, string>();
  await eachInSlices(steps, ({ taken, tenantId }) => {
    for (const value of taken) takers.set(value, tenantId);
  });
  const deletedTenants = new Set(
    plan.tenants.flatMap(({ before, after }) => (after === null && before ? before.id : [])),
  );
  const [deletions, departures, updates] = [new StepsByTenant(), new StepsByTenant(), new StepsByTenant()];
  await eachInSlices(steps, (step) => {
    const { tenantId } = step;
    if (deletedTenants.has(tenantId)) {
      deletions.add(step);
      return;
    }
    const isPassedOn = step.released.some((value) => (takers.get(value) ?? tenantId) !== tenantId);
    const isDeletion = step.entry.value === null;
    if (isPassedOn) departures.add(step);
    if (!isPassedOn || !isDeletion) updates.add(step);
  });
  return [
    ...deletions.all().flatMap(deletionChanges),
    ...departures.all().flatMap(departureChanges),
    ...updates.all().flatMap(updateChanges),
  ];
}

class StepsByTenant {
  readonly #steps = new Map<string, PublishedStep[]>();

  add(step: PublishedStep): void {
    const steps = this.#steps.get(step.tenantId);
    if (steps === undefined) this.#steps.set(step.tenantId, [step]);
    else steps.push(step);
  }

  all(): [string, PublishedStep[]][] {
    return [...this.#steps];
  }
}

// The tenant goes last: gateways refuse the deletion of a tenant that still has routes or keys.
function deletionChanges([tenantId, [tenant, ...others]]: [string, PublishedStep[]]): PendingChange[] {
  return chunksOf([...others, ...(tenant ? [tenant] : [])].map((step) => [step])).map((steps) => ({
    tenantId,
    entries: steps.map(({ entry }) => withoutValue(entry)),
    records: steps.map(({ record }) => record),
  }));
}

// An updated resource is published again in a later change, and audited with that change.
function departureChanges([tenantId, all]: [string, PublishedStep[]]): PendingChange[] {
  return chunksOf(all.map((step) => [step])).map((steps) => ({
    tenantId,
    entries: steps.map(({ entry }) => withoutValue(entry)),
    records: steps.filter(({ entry }) => entry.value === null).map(({ record }) => record),
  }));
}

function updateChanges([tenantId, all]: [string, PublishedStep[]]): PendingChange[] {
  const bundles = all.length > maxEntriesPerChange ? inBundles(all) : [all];
  return chunksOf(bundles).map((steps) => ({
    tenantId,
    entries: steps.map(({ entry }) => entry),
    records: steps.map(({ record }) => record),
  }));
}

/** Joins bundles to chunks of about `maxEntriesPerChange` steps, in order, without splitting a bundle. */
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
