import { isDeepStrictEqual } from 'node:util';
import type { EntityManager } from 'typeorm';
import type { RouteCreate, Tenant } from '#libs/contract';
import { isPlatformOperator, type Principal } from '../http/principal.js';
import { ProblemError } from '../http/problem-error.js';
import { tenantOverlapping } from './host-overlap.js';

/**
 * Whether `hosts` of a tenant grant the host pattern `host`, which is a name, `*.suffix` or `*`. Null grants
 * every pattern. An entry `*.suffix` grants everything below the suffix, not the suffix itself; only null
 * grants `*`.
 */
export function isClaimable(hosts: readonly string[] | null, host: string): boolean {
  if (hosts === null) return true;
  return hosts.some((granted) =>
    granted.startsWith('*.') ? host.endsWith(granted.slice(1)) && host !== '*' : host === granted,
  );
}

/** A route before a write (null: there was none) and after it. */
export interface Placement {
  before: RouteCreate | null;
  after: RouteCreate;
}

/** Whether the write creates, moves or enables a route. */
export function isPlaced({ before, after }: Placement): boolean {
  return isMoved({ before, after }) || (after.enabled && before?.enabled === false);
}

/**
 * Throws `host_forbidden` for a tenant's own key that places a route on a host which is not granted to the
 * tenant, or which overlaps with a host of another tenant. A tenant may change a route that an operator has
 * placed on another host, except its `match`. Operators may place routes on any host.
 */
export async function requirePlaceable(
  manager: EntityManager,
  principal: Principal,
  { id, hosts }: Tenant,
  placement: Placement,
): Promise<void> {
  if (isPlatformOperator(principal) || !isPlaced(placement)) return;
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
  return new ProblemError('host_forbidden', { errors: [{ field, code: 'not_granted', message }] });
}
