import type { EntityManager } from 'typeorm';
import { beginsLikeId, hasFormOfId } from '#libs/contract';
import { ApiKeyEntity, type ApiKeyRow } from '../database/entities/api-key.entity.js';
import { nameClaimOf } from '../database/entities/name-claim.js';
import { RouteEntity, type RouteRow } from '../database/entities/route.entity.js';
import { sql, type Sql } from '../database/sql.js';
import { StoredEntity } from '../database/stored-entity.js';
import { ProblemError } from '../http/problem-error.js';
import { notFound } from '../http/references.js';

/** Finds a route of a tenant by id or name; throws `not_found`. */
export async function findRoute(
  manager: EntityManager,
  tenantId: string,
  reference: string,
): Promise<RouteRow> {
  const row = await lookUpRoute(manager, tenantId, reference);
  if (row !== null) return row;
  throw notFound('route');
}

/** The same, but null if there is none. */
export function lookUpRoute(
  manager: EntityManager,
  tenantId: string,
  reference: string,
): Promise<RouteRow | null> {
  return new StoredEntity(manager, RouteEntity).findOne(conditionOf(tenantId, reference));
}

/** The same, but null for a name that no route has; throws `not_found` for a text with the form of an id. */
export async function findRouteOrName(
  manager: EntityManager,
  tenantId: string,
  reference: string,
): Promise<RouteRow | null> {
  const row = await lookUpRoute(manager, tenantId, reference);
  if (row === null && isMeantAsId('route', reference)) throw notFound('route');
  return row;
}

/** Finds a key of a tenant by id, or one that is not revoked by name; throws `not_found`. */
export async function findApiKey(
  manager: EntityManager,
  tenantId: string,
  reference: string,
): Promise<ApiKeyRow> {
  const row = await findApiKeyOrName(manager, tenantId, reference);
  if (row !== null) return row;
  throw notFound('key');
}

/** The same, but null for a name that no key has; throws `not_found` for a text with the form of an id. */
export async function findApiKeyOrName(
  manager: EntityManager,
  tenantId: string,
  reference: string,
): Promise<ApiKeyRow | null> {
  const row = await new StoredEntity(manager, ApiKeyEntity).findOne(conditionOf(tenantId, reference));
  if (row === null && isMeantAsId('apiKey', reference)) throw notFound('key');
  return row;
}

/**
 * The id of the route or key of a filter. An id is not looked up: what refers to a deleted resource can still
 * be found by it. Throws `not_found` for a name that the tenant does not have, and `invalid_request` for a
 * name if the tenant is not known.
 */
export async function idOfFilter(
  manager: EntityManager,
  field: 'route' | 'key',
  reference: string,
  tenantId: string | undefined,
): Promise<string> {
  if (hasFormOfId(reference)) return reference;
  if (tenantId === undefined) {
    const message = 'a name needs the parameter tenant; without it, expected an id';
    throw new ProblemError('invalid_request', { errors: [{ field, message }] });
  }
  const find =
    field === 'route' ? findRoute(manager, tenantId, reference) : findApiKey(manager, tenantId, reference);
  return (await find).id;
}

// No new name begins like an id, so a reference that begins like one and is not found is not a name.
function isMeantAsId(kind: 'route' | 'apiKey', reference: string): boolean {
  return hasFormOfId(reference) || beginsLikeId(kind, reference);
}

function conditionOf(tenantId: string, reference: string): Sql {
  if (hasFormOfId(reference)) return sql`id = ${reference} AND "tenantId" = ${tenantId}`;
  return sql`"nameClaim" = ${nameClaimOf(tenantId, reference) ?? ''}`;
}
