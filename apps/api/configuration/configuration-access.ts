import type { EntityManager } from 'typeorm';
import type { Tenant } from '#libs/contract';
import { canSeeTenant, isPlatformOperator, requireOperator, type Principal } from '../http/principal.js';
import { ProblemError } from '../http/problem-error.js';
import { notFound } from '../http/references.js';
import type { ConfigurationPlan, ConfigurationRows } from '../plans/plan.js';
import { tenantFieldsOf } from '../resources/tenant.js';
import { requirePlaceable } from '../tenants/claimable-hosts.js';
import { requireRoom } from '../tenants/quota.js';
import { requireMayChange } from '../tenants/write-tenant.js';
import type { ConfigurationScope } from './configuration-scope.js';

/**
 * Throws `forbidden` for a principal that may not use documents: keys never, and operators that are limited
 * to tenants only with the scope of a tenant. `action` completes the message.
 */
export function requireDocuments(principal: Principal, tenant: unknown, action: string): void {
  if (principal.kind === 'operator' && tenant !== undefined) return;
  requireOperator(principal, action);
}

/** Throws `not_found` if the tenant of the scope does not exist, or the principal may not see it. */
export function requireTenantOfScope(
  principal: Principal,
  { tenants }: Pick<ConfigurationRows, 'tenants'>,
  { tenant }: ConfigurationScope,
): void {
  if (tenant === null) return;
  const found = tenants.find(({ id, slug }) => id === tenant || slug === tenant);
  if (found === undefined || !canSeeTenant(principal, found.id)) throw notFound('tenant');
}

/** The tenants of a scope, and the rows before the plan. */
interface PlannedScope {
  tenants: ReadonlyMap<string, Tenant>;
  rows: ConfigurationRows;
}

/**
 * Throws for a plan of an operator that is limited to tenants, unless a key of the tenant could make each
 * change: it neither creates nor deletes a tenant, changes only its name, and keeps to its hosts and limits.
 */
export async function requirePlanAllowed(
  manager: EntityManager,
  principal: Principal,
  { tenants, rows }: PlannedScope,
  plan: ConfigurationPlan,
): Promise<void> {
  if (isPlatformOperator(principal)) return;
  for (const { before, after } of plan.tenants) {
    if (before === null || after === null)
      requireOperator(principal, `${before === null ? 'create' : 'delete'} tenants`);
    else requireMayChange(principal, tenantFieldsOf(before), tenantFieldsOf(after));
  }
  await requirePlaces(manager, principal, tenants, plan);
  for (const tenant of tenants.values()) requireRooms(tenant, rows, plan);
}

async function requirePlaces(
  manager: EntityManager,
  principal: Principal,
  tenants: ReadonlyMap<string, Tenant>,
  { routes }: ConfigurationPlan,
): Promise<void> {
  for (const { before, after } of routes) {
    if (after === null) continue;
    const tenant = tenants.get(after.tenantId);
    if (tenant === undefined) throw new ProblemError('not_found');
    const placement = { before: before?.definition ?? null, after: after.definition };
    await requirePlaceable(manager, principal, tenant, placement);
  }
}

/** A tenant may have more than its limit, which an operator lowered, but not get even more. */
function requireRooms({ id, limits }: Tenant, rows: ConfigurationRows, plan: ConfigurationPlan): void {
  const added = (steps: readonly { before: object | null; after: object | null }[]): number =>
    steps.filter(({ after }) => after !== null).length - steps.filter(({ before }) => before !== null).length;
  const isLive = (key: { tenantId: string; revokedAt: string | null } | null): boolean =>
    key !== null && key.tenantId === id && key.revokedAt === null;
  const routes = rows.routes.filter(({ tenantId }) => tenantId === id).length;
  const ofTenant = plan.routes.filter(({ before, after }) => (before ?? after)?.tenantId === id);
  requireRoom(routes, added(ofTenant), limits.maxRoutes, 'maxRoutes');
  const keys = rows.apiKeys.filter(isLive).length;
  const liveKeys = plan.apiKeys.map(({ before, after }) => ({
    before: isLive(before) ? before : null,
    after: isLive(after) ? after : null,
  }));
  requireRoom(keys, added(liveKeys), limits.maxApiKeys, 'maxApiKeys');
}
