import { MoreThan, type EntityManager } from 'typeorm';
import type { Tenant } from '#libs/contract';
import { ProblemError } from '../http/problem-error.js';
import { RouteEntity, type RouteRow } from '../routes/route.entity.js';

const pageSize = 500;
const mostRoutesNamed = 100;

/**
 * Whether a tenant with these `hosts` may have a route on `host`, a name, `*.suffix` or `*`. Null allows any. An
 * entry `*.suffix` allows everything below the suffix, not the suffix itself; `*` is within null alone.
 */
export function isClaimable(hosts: readonly string[] | null, host: string): boolean {
  if (hosts === null) return true;
  return hosts.some((allowed) =>
    allowed.startsWith('*.') ? host.endsWith(allowed.slice(1)) && host !== '*' : host === allowed,
  );
}

/** Throws `host_forbidden` when the operator has not given the tenant this host. */
export function requireClaimable({ hosts }: Pick<Tenant, 'hosts'>, host: string): void {
  if (isClaimable(hosts, host)) return;
  throw new ProblemError('host_forbidden', {
    detail: `The operator has not given the host "${host}" to this tenant; "hosts" of the tenant has those that it may claim.`,
    errors: [{ field: 'match.host', message: 'is not one of the hosts of the tenant' }],
  });
}

/**
 * Throws `hosts_in_use`, naming routes, when `hosts` would leave any outside. So a list says at any moment what the
 * routes of the tenant can be, disabled ones too, and no route changes its meaning behind its owner's back.
 */
export async function requireRoutesWithin(
  manager: EntityManager,
  tenantId: string,
  hosts: readonly string[] | null,
): Promise<void> {
  if (hosts === null) return;
  const outside = await routesOutside(manager, tenantId, hosts);
  if (outside.length === 0) return;
  throw new ProblemError('hosts_in_use', {
    detail: 'Change or delete these routes first, or leave their hosts in the list.',
    errors: outside.map(({ id, definition }) => ({
      field: 'hosts',
      message: `the route ${id} matches "${definition.match.host}"`,
    })),
  });
}

async function routesOutside(
  manager: EntityManager,
  tenantId: string,
  hosts: readonly string[],
): Promise<RouteRow[]> {
  const outside: RouteRow[] = [];
  let after = '';
  for (;;) {
    const where = { tenantId, id: MoreThan(after) };
    const page = await manager.find(RouteEntity, { where, order: { id: 'ASC' }, take: pageSize });
    outside.push(...page.filter(({ definition }) => !isClaimable(hosts, definition.match.host)));
    const last = page.at(-1);
    if (last === undefined || page.length < pageSize || outside.length >= mostRoutesNamed) {
      return outside.slice(0, mostRoutesNamed);
    }
    after = last.id;
  }
}
