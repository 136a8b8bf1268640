import { In, type EntityManager } from 'typeorm';
import { z } from 'zod';
import { idSchema, quotaNames } from '#libs/contract';
import type { Answer } from '#libs/fleet';
import { ApiKeyEntity } from '../database/entities/api-key.entity.js';
import { RouteEntity } from '../database/entities/route.entity.js';
import { apiKeyListing } from '../lists/api-key-listing.js';
import { limitedIds, maxListed } from '../lists/limited-ids.js';
import type { OwnLimits } from '../lists/limited-term.js';
import { routeListing } from '../lists/route-listing.js';
import { ceilingSchema, highestRate, type Ceiling } from './ceilings.js';
import { nothingCounted, usedOf, type CountedUsage } from './counted-usage.js';

type LimitedUsage = Answer<'limitedUsage'>['routes'][number];

const listed =
  `at most ${maxListed}, in the order of their ids: those with a limit or a quota, with or without ` +
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

/** After which ids the routes and keys are listed; undefined: from the first. */
export interface LimitedPage {
  routesAfter?: string | undefined;
  apiKeysAfter?: string | undefined;
}

/** What counts against limits, besides connections and rates of the fleet. */
interface Counted {
  gateways: readonly Answer<'limitedUsage'>[];
  /** The usage of the month, by the id of the route or the key. */
  ofMonth: ReadonlyMap<string, CountedUsage>;
}

export async function limitedCeilingsOf(
  manager: EntityManager,
  tenantId: string,
  { routesAfter = '', apiKeysAfter = '' }: LimitedPage,
  { gateways, ofMonth }: Counted,
): Promise<LimitedCeilings> {
  const usages = new Map<string, LimitedUsage[]>();
  for (const usage of gateways.flatMap(({ routes, apiKeys }) => [...routes, ...apiKeys])) {
    usages.set(usage.id, [...(usages.get(usage.id) ?? []), usage]);
  }
  const ceilings = (id: string, limits: OwnLimits): Ceiling[] =>
    ceilingsOf(limits, usages.get(id) ?? [], ofMonth.get(id) ?? nothingCounted());
  const routeIds = await limitedIds(manager, routeListing.tables, tenantId, routesAfter);
  const keyIds = await limitedIds(manager, apiKeyListing.tables, tenantId, apiKeysAfter);
  const order = { id: 'ASC' } as const;
  const routes = await manager.find(RouteEntity, { where: { id: In(routeIds) }, order });
  const apiKeys = await manager.find(ApiKeyEntity, { where: { id: In(keyIds) }, order });
  return {
    routes: routes.map(({ id, definition }) => ({ routeId: id, ceilings: ceilings(id, definition) })),
    apiKeys: apiKeys.map((apiKey) => ({ apiKeyId: apiKey.id, ceilings: ceilings(apiKey.id, apiKey) })),
  };
}

function ceilingsOf(
  { maxConnections, messagesPerSecond, bytesPerSecond, quota }: OwnLimits,
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

/** The parameters that read the next limited routes and keys. */
export const limitedPageSchema = z.strictObject({
  routesAfter: idSchema('route').optional().meta({ description: 'Lists `routes` with ids after this one' }),
  apiKeysAfter: idSchema('apiKey')
    .optional()
    .meta({ description: 'Lists `apiKeys` with ids after this one' }),
});
