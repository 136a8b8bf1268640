import { IsNull, type EntityManager } from 'typeorm';
import type { Tenant } from '#libs/contract';
import { ApiKeyEntity } from '../database/entities/api-key.entity.js';
import { RouteEntity } from '../database/entities/route.entity.js';
import { ProblemError } from '../http/problem-error.js';

/** Throws `quota_exceeded` when the tenant has `limits.maxRoutes` routes, including disabled routes. */
export async function requireRoomForRoute(manager: EntityManager, { id, limits }: Tenant): Promise<void> {
  if (limits.maxRoutes === null) return;
  requireRoom(await manager.countBy(RouteEntity, { tenantId: id }), 1, limits.maxRoutes, 'maxRoutes');
}

/** Throws `quota_exceeded` when the tenant has `limits.maxApiKeys` keys; revoked keys do not count. */
export async function requireRoomForApiKey(manager: EntityManager, { id, limits }: Tenant): Promise<void> {
  if (limits.maxApiKeys === null) return;
  const count = await manager.countBy(ApiKeyEntity, { tenantId: id, revokedAt: IsNull() });
  requireRoom(count, 1, limits.maxApiKeys, 'maxApiKeys');
}

/** Throws `quota_exceeded` when a tenant that has `count` of a kind would get more than its limit. */
export function requireRoom(
  count: number,
  added: number,
  limit: number | null,
  name: 'maxRoutes' | 'maxApiKeys',
): void {
  if (limit === null || added <= 0 || count + added <= limit) return;
  throw new ProblemError('quota_exceeded', {
    detail: `The tenant has ${count}; limits.${name} is ${limit}, and only an operator may change it.`,
  });
}
