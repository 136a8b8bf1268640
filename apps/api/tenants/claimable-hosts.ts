import { isDeepStrictEqual } from 'node:util';
import type { EntityManager } from 'typeorm';
import type { RouteCreate, Tenant } from '#libs/contract';
import { isOperator, type Principal } from '../http/principal.js';
import { ProblemError } from '../http/problem-error.js';
import { tenantOverlapping } from './host-overlap.js';

/**
 * Whether the operator has given a tenant with these `hosts` the host pattern `host`, a name, `*.suffix` or `*`. Null
 * gives any. An entry `*.suffix` gives everything below the suffix, not the suffix itself; `*` is within null alone.
 */
export function isClaimable(hosts: readonly string[] | null, host: string): boolean {
  if (hosts === null) return true;
  return hosts.some((granted) =>
    granted.startsWith('*.') ? host.endsWith(granted.slice(1)) && host !== '*' : host === granted,
  );
}

/** A route as it was, null where there was none, and as it is to be. */
export interface Placement {
  before: RouteCreate | null;
  after: RouteCreate;
}

/** Whether the write puts a route where none was, or lets it take connections there again. */
export function isPlaced({ before, after }: Placement): boolean {
  return isMoved({ before, after }) || (after.enabled && before?.enabled === false);
}

/**
 * Throws `host_forbidden` for a tenant's own key that places a route on a host which the operator has not given to the
 * tenant, or which is another tenant's, too. Of a route that an operator has placed elsewhere a tenant changes
 * everything but its `match`. Operators place routes anywhere.
 */
export async function requirePlaceable(
  manager: EntityManager,
  principal: Principal,
  { id, hosts }: Tenant,
  placement: Placement,
): Promise<void> {
  if (isOperator(principal) || !isPlaced(placement)) return;
  const { before, after } = placement;
  const { host } = after.match;
  const isByOperator = before !== null && !isClaimable(hosts, before.match.host);
  if (isByOperator && !isMoved(placement)) return;
  if (isByOperator)
    throw forbidden('match', 'an operator placed this route, and only an operator changes its match');
  if (!isClaimable(hosts, host)) {
    throw forbidden(
      'match.host',
      `"${host}" is not within the "hosts" that an operator has given to the tenant`,
    );
  }
  if ((await tenantOverlapping(manager, id, host)) === null) return;
  throw forbidden(
    'match.host',
    `"${host}" matches a host that is another tenant's; an operator can place the route`,
  );
}

function isMoved({ before, after }: Placement): boolean {
  return before === null || !isDeepStrictEqual(before.match, after.match);
}

function forbidden(field: string, message: string): ProblemError {
  return new ProblemError('host_forbidden', { errors: [{ field, message }] });
}
