import type { ConfigurationPlan, Step } from './configuration-plan.js';
import type { ConfigurationRows } from './configuration-rows.js';

/** What is declared once a plan is carried out. */
export function rowsAfter(rows: ConfigurationRows, plan: ConfigurationPlan): ConfigurationRows {
  return {
    tenants: after(rows.tenants, plan.tenants),
    routes: after(rows.routes, plan.routes),
    apiKeys: after(rows.apiKeys, plan.apiKeys),
  };
}

function after<Row>(rows: readonly Row[], steps: readonly Step<Row>[]): Row[] {
  const left = new Set(rows);
  for (const { before } of steps) if (before !== null) left.delete(before);
  return [...left, ...steps.flatMap((step) => (step.after === null ? [] : [step.after]))];
}
