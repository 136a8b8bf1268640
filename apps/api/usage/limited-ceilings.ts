import { In, Not, type EntityManager } from 'typeorm';
import { z } from 'zod';
import { idSchema, quotaNames, type ApiKey, type Quota } from '#libs/contract';
import type { Answer } from '#libs/fleet';
import { ApiKeyEntity } from '../database/entities/api-key.entity.js';
import { QuotaEntity } from '../database/entities/quota.entity.js';
import { RouteEntity } from '../database/entities/route.entity.js';
import { ceilingSchema, highestRate, type Ceiling } from './ceilings.js';
import { nothingCounted, usedOf, type CountedUsage } from './counted-usage.js';

type LimitedUsage = Answer<'limitedUsage'>['routes'][number];
type Limits = Pick<ApiKey, 'maxConnections' | 'messagesPerSecond' | 'bytesPerSecond'> & { quota: Quota };

const maxListed = 100;
const listed =
  `at most ${maxListed}, in the order of their ids: those with a quota, and those with another limit and live ` +
  'connections. Only their fields that are not null are listed';

/** The ceilings of routes and keys beside those of their tenant. */
export const limitedCeilings = {
  routes: z
    .array(
      z.strictObject({
        routeId: idSchema('route').meta({ description: 'Id of the route' }),
        ceilings: z.array(ceilingSchema).meta({ description: 'Limits and quotas of the route' }),
      }),
    )
    .meta({ description: `Routes of the tenant, ${listed}` }),
  apiKeys: z
    .array(
      z.strictObject({
        apiKeyId: idSchema('apiKey').meta({ description: 'Id of the API key' }),
        ceilings: z.array(ceilingSchema).meta({ description: 'Limits and quotas of the key' }),
      }),
    )
    .meta({ description: `API keys of the tenant, ${listed}` }),
};

export interface LimitedCeilings {
  routes: { routeId: string; ceilings: Ceiling[] }[];
  apiKeys: { apiKeyId: string; ceilings: Ceiling[] }[];
}

/** `ofMonth`: the usage of the month, by the id of the route or the key. */
export async function limitedCeilingsOf(
  manager: EntityManager,
  tenantId: string,
  gateways: readonly Answer<'limitedUsage'>[],
  ofMonth: ReadonlyMap<string, CountedUsage>,
): Promise<LimitedCeilings> {
  const quotas = await manager.find(QuotaEntity, {
    where: { tenantId, subjectId: Not(tenantId) },
    order: { subjectId: 'ASC' },
    take: 2 * maxListed,
  });
  const usages = new Map<string, LimitedUsage[]>();
  for (const usage of gateways.flatMap(({ routes, apiKeys }) => [...routes, ...apiKeys])) {
    usages.set(usage.id, [...(usages.get(usage.id) ?? []), usage]);
  }
  const ids = [...new Set([...quotas.map(({ subjectId }) => subjectId), ...usages.keys()])];
  const found = { where: { id: In(ids), tenantId }, order: { id: 'ASC' }, take: maxListed } as const;
  const ceilings = (id: string, limits: Limits): Ceiling[] =>
    ceilingsOf(limits, usages.get(id) ?? [], ofMonth.get(id) ?? nothingCounted());
  const routes = await manager.find(RouteEntity, found);
  const apiKeys = await manager.find(ApiKeyEntity, found);
  return {
    routes: routes.map(({ id, definition }) => ({ routeId: id, ceilings: ceilings(id, definition) })),
    apiKeys: apiKeys.map((apiKey) => ({ apiKeyId: apiKey.id, ceilings: ceilings(apiKey.id, apiKey) })),
  };
}

function ceilingsOf(
  { maxConnections, messagesPerSecond, bytesPerSecond, quota }: Limits,
  usages: readonly LimitedUsage[],
  ofMonth: CountedUsage,
): Ceiling[] {
  const used = usedOf(ofMonth);
  const connections = usages.reduce((sum, usage) => sum + usage.connections, 0);
  const rate = (name: 'messagesPerSecond' | 'bytesPerSecond'): number => highestRate(usages, name);
  return [
    { limit: 'maxConnections', ceiling: maxConnections, used: connections },
    { limit: 'messagesPerSecond', ceiling: messagesPerSecond, used: rate('messagesPerSecond') },
    { limit: 'bytesPerSecond', ceiling: bytesPerSecond, used: rate('bytesPerSecond') },
    ...quotaNames.map((name) => ({ limit: `quota.${name}`, ceiling: quota[name], used: used[name] })),
  ].filter(({ ceiling }) => ceiling !== null);
}
