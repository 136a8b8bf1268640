import {
  And,
  In,
  IsNull,
  LessThan,
  MoreThan,
  Not,
  type EntityManager,
  type FindOperator,
  type SelectQueryBuilder,
} from 'typeorm';
import { z } from 'zod';
import { HostGrantEntity, type HostGrant } from '../database/entities/host-grant.entity.js';
import { keysOverlapping } from '../database/entities/host-key.js';
import { RouteEntity, type RouteRow } from '../database/entities/route.entity.js';

const foundSchema = z.object({ tenantId: z.string() }).optional();

/**
 * The id of another tenant that has a granted host, or an enabled route on a host, that overlaps with
 * `pattern`; null if there is none. A grant of all hosts (null) and a route on `*` do not count.
 */
export async function tenantOverlapping(
  manager: EntityManager,
  tenantId: string,
  pattern: string,
): Promise<string | null> {
  for (const query of overlapQueries(manager, tenantId, pattern)) {
    const found = foundSchema.parse(await query.limit(1).getRawOne());
    if (found !== undefined) return found.tenantId;
  }
  return null;
}

/** The queries that find such tenants. Each is a few index searches, independent of the number of routes. */
export function overlapQueries(
  manager: EntityManager,
  tenantId: string,
  pattern: string,
): SelectQueryBuilder<HostGrant | RouteRow>[] {
  // Two ranges, so that the index skips the rows of the tenant itself, which may be all rows.
  const others = [LessThan(tenantId), MoreThan(tenantId)];
  const grants = manager.createQueryBuilder(HostGrantEntity, 'held');
  const routes = manager.createQueryBuilder(RouteEntity, 'held');
  return conditionsOf(pattern).flatMap((hostKey) => [
    grants
      .clone()
      .select('held.tenantId', 'tenantId')
      .where(others.map((other) => ({ hostKey, tenantId: other }))),
    routes
      .clone()
      .select('held.tenantId', 'tenantId')
      .where(others.map((other) => ({ hostKey, tenantId: other, claim: Not(IsNull()) }))),
  ]);
}

function conditionsOf(pattern: string): FindOperator<unknown>[] {
  const { exact, range } = keysOverlapping(pattern);
  const ranges = range === null ? [] : [between(range)];
  return exact.length === 0 ? ranges : [among(exact), ...ranges];
}

function among(keys: readonly string[]): FindOperator<unknown> {
  return In(keys);
}

function between({ after, before }: { after: string; before: string }): FindOperator<unknown> {
  return And(MoreThan(after), LessThan(before));
}
