import { In, type EntityManager, type FindOptionsWhere } from 'typeorm';
import { hasFormOfId } from '#libs/contract';
import { nameClaimOf } from '../database/entities/name-claim.js';
import { RouteEntity, type RouteRow } from '../database/entities/route.entity.js';
import type { FieldError } from '../http/field-error.js';
import { ProblemError } from '../http/problem-error.js';

/**
 * The ids of the routes of a tenant that the `routeIds` of a request refer to by id or name, in their order;
 * null for null. Ids in `kept` need no route: a key may keep the id of a route that was deleted. Throws
 * `validation_failed` with each item that is not a route of the tenant, or is listed twice.
 */
export async function referencedRoutes(
  manager: EntityManager,
  tenantId: string,
  references: readonly string[] | null,
  kept: readonly string[] = [],
): Promise<string[] | null> {
  if (references === null) return null;
  const known = await knownRoutes(manager, tenantId, references);
  for (const id of kept) known.set(id, id);
  const ids = new Set<string>();
  const errors = references.flatMap((reference, index): FieldError[] => {
    const id = known.get(reference);
    const field = `routeIds.${index}`;
    if (id === undefined) return [{ field, code: 'not_found', message: 'the tenant has no such route' }];
    if (ids.has(id)) return [{ field, code: 'repeated', message: `"${reference}" is listed twice` }];
    ids.add(id);
    return [];
  });
  if (errors.length > 0) throw new ProblemError('validation_failed', { errors });
  return [...ids];
}

/** The id of each route by the reference that finds it. */
async function knownRoutes(
  manager: EntityManager,
  tenantId: string,
  references: readonly string[],
): Promise<Map<string, string>> {
  const ids = references.filter(hasFormOfId);
  const names = references.filter((reference) => !hasFormOfId(reference));
  const claims = names.map((name) => nameClaimOf(tenantId, name) ?? '');
  const where: FindOptionsWhere<RouteRow>[] = [
    ...(ids.length > 0 ? [{ tenantId, id: In(ids) }] : []),
    ...(claims.length > 0 ? [{ nameClaim: In(claims) }] : []),
  ];
  const rows = where.length === 0 ? [] : await manager.find(RouteEntity, { where });
  return new Map(
    rows.flatMap(({ id, definition: { name } }): [string, string][] => [
      [id, id],
      [name, id],
    ]),
  );
}
