import { ProblemError } from '../http/problem-error.js';
import type { ConfigurationPlan } from '../plans/plan.js';

const maxNamed = 100;

/** Throws when the plan deletes a tenant: a truncated file must not delete the tenants that it lacks. */
export function refuseUnconfirmedDeletion({ tenants }: Pick<ConfigurationPlan, 'tenants'>): void {
  const deleted = tenants.flatMap(({ before, after }) => (before !== null && after === null ? before : []));
  if (deleted.length === 0) return;
  const errors = deleted.slice(0, maxNamed).map(({ slug }) => ({
    field: 'tenants',
    message: `the tenant "${slug}" is not there and would be deleted`,
  }));
  throw new ProblemError('deletes_tenants', { detail: 'To have it so, send ?deleteTenants=true.', errors });
}
