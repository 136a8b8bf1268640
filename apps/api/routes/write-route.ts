import { isDeepStrictEqual } from 'node:util';
import { hasConditions, newId, type RouteCreate, type Tenant } from '#libs/contract';
import { routeColumnsOf, type RouteRow } from '../database/entities/route.entity.js';
import type { Principal } from '../http/principal.js';
import { refuseDuplicate } from '../http/refuse-duplicate.js';
import type { ChangeTransaction } from '../publishing/change-transaction.js';
import { insertResource, updateResource } from '../publishing/write-resource.js';
import { refuseNameConflict } from '../resources/name-conflict.js';
import { requireNoIdPrefix } from '../resources/require-no-id-prefix.js';
import { routeResource } from '../resources/route.js';
import { requirePlaceable } from '../tenants/claimable-hosts.js';
import { requireRoomForRoute } from '../tenants/quota.js';
import { requireRoomAtPlace } from './shared-places.js';

/** Creates a route in a transaction. Throws a `ProblemError` if the principal may not, or it conflicts. */
export async function insertRoute(
  transaction: ChangeTransaction,
  principal: Principal,
  owner: Tenant,
  definition: RouteCreate,
): Promise<RouteRow> {
  const { manager, at } = transaction;
  requireNoIdPrefix({ kind: 'route', name: definition.name, before: null });
  await requirePlaceable(manager, principal, owner, { before: null, after: definition });
  await requireRoomForRoute(manager, owner);
  const { id: tenantId } = owner;
  const columns = routeColumnsOf(tenantId, definition);
  const times = { createdAt: at, updatedAt: at };
  const row: RouteRow = { id: newId('route'), tenantId, ...columns, definition, ...times };
  await requireRoomAtPlace(manager, row);
  await refuseConflict(definition, insertResource(transaction, routeResource, row));
  return row;
}

/** Gives a route another definition in a transaction; does nothing if it has that definition. */
export async function changeRoute(
  transaction: ChangeTransaction,
  principal: Principal,
  owner: Tenant,
  { row, definition }: { row: RouteRow; definition: RouteCreate },
): Promise<RouteRow> {
  if (isDeepStrictEqual(definition, row.definition)) return row;
  const { manager, at } = transaction;
  requireNoIdPrefix({ kind: 'route', name: definition.name, before: row.definition.name });
  await requirePlaceable(manager, principal, owner, { before: row.definition, after: definition });
  const columns = routeColumnsOf(row.tenantId, definition);
  const changed: RouteRow = { ...row, definition, ...columns, updatedAt: at };
  await requireRoomAtPlace(manager, changed);
  await refuseConflict(definition, updateResource(transaction, routeResource, row, changed));
  return changed;
}

function refuseConflict<Result>({ name, match }: RouteCreate, write: Promise<Result>): Promise<Result> {
  const conditions = hasConditions(match) ? ', and the same conditions' : '';
  const message = `another enabled route has the host "${match.host}" and the path "${match.path}"${conditions}`;
  const named = refuseNameConflict('route', name, write);
  return refuseDuplicate(named, 'routes.claim', 'route_conflict', {
    errors: [{ field: 'match', code: 'taken', message }],
  });
}
