import { eachInSlices } from '../plans/each-in-slices.js';
import type { ConfigurationPlan, ConfigurationRows } from '../plans/plan.js';
import { overlapWarning } from '../tenants/host-warnings.js';
import { HostIndex } from './host-index.js';

/**
 * The values of `Sluice-Warning` for hosts of a plan that overlap with other tenants; `rows` are the rows
 * after the plan.
 */
export async function documentWarnings(
  { tenants, routes }: ConfigurationPlan,
  rows: ConfigurationRows,
): Promise<string[]> {
  const index = new HostIndex();
  await eachInSlices(rows.tenants, ({ id, hosts }) => {
    for (const host of hosts ?? []) index.add(host, id);
  });
  await eachInSlices(rows.routes, ({ tenantId, claim, definition }) => {
    if (claim !== null) index.add(definition.match.host, tenantId);
  });
  const slugs = new Map(rows.tenants.map(({ id, slug }) => [id, slug]));
  const warnings = new Set<string>();
  const check = (host: string, tenantId: string): void => {
    const slug = slugs.get(index.otherTenantOn(host, tenantId) ?? '');
    if (slug !== undefined) warnings.add(overlapWarning(host, slug));
  };
  await eachInSlices(tenants, ({ before, after }) => {
    for (const host of after?.hosts ?? []) {
      if (after !== null && !before?.hosts?.includes(host)) check(host, after.id);
    }
  });
  await eachInSlices(routes, ({ before, after }) => {
    if (after === null || (before?.hostKey === after.hostKey && before.claim === after.claim)) return;
    check(after.definition.match.host, after.tenantId);
  });
  return [...warnings];
}
