import { ProblemError } from '../http/problem-error.js';
import type { ConfigurationPlan } from './configuration-plan.js';

const mostNamed = 100;

/** Throws when the plan deletes a tenant: half a file must not end half of the customers. */
export function requireMeant({ tenants }: ConfigurationPlan): void {
  const deleted = tenants.flatMap(({ before, after }) => (before !== null && after === null ? before : []));
  if (deleted.length === 0) return;
  const errors = deleted.slice(0, mostNamed).map(({ slug }) => ({
    field: 'tenants',
    message: `the tenant "${slug}" is not there and would be deleted`,
  }));
  throw new ProblemError('deletes_tenants', { detail: 'To have it so, send ?deleteTenants=true.', errors });
}
