import { IsNull, type EntityManager } from 'typeorm';
import { z } from 'zod';
import { quotaNames, tenantLimitsSchema, type Tenant } from '#libs/contract';
import type { Answer } from '#libs/fleet';
import { ApiKeyEntity } from '../database/entities/api-key.entity.js';
import { RouteEntity } from '../database/entities/route.entity.js';
import { usedOf, type CountedUsage } from './counted-usage.js';

type GatewayUsage = Answer<'tenantUsage'>;

export const ceilingSchema = z
  .strictObject({
    limit: z
      .string()
      .meta({ description: 'Field of the tenant, the route or the key', example: 'limits.maxConnections' }),
    ceiling: z.number().min(0).nullable().meta({ description: 'Value of the field; null means no limit' }),
    used: z
      .number()
      .min(0)
      .nullable()
      .meta({
        description:
          'The usage: for a limit of each key or address, the connections of the one that has most; for a rate, the ' +
          'highest of a gateway and a direction; for a quota, the stored usage of this month. null: it is not counted',
      }),
  })
  .meta({ id: 'Ceiling' });

export type Ceiling = z.output<typeof ceilingSchema>;

/** Every limit and quota of a tenant, and what counts against it. */
export async function ceilingsOf(
  manager: EntityManager,
  { id: tenantId, limits, quota }: Tenant,
  gateways: readonly GatewayUsage[],
  ofMonth: CountedUsage,
): Promise<Ceiling[]> {
  const usedOfMonth = usedOf(ofMonth);
  const used: Record<keyof Tenant['limits'], number | null> = {
    maxRoutes: await manager.countBy(RouteEntity, { tenantId }),
    maxApiKeys: await manager.countBy(ApiKeyEntity, { tenantId, revokedAt: IsNull() }),
    maxConnections: gateways.reduce((sum, { connections }) => sum + connections, 0),
    maxConnectionsPerKey: maxOf(gateways.map(({ busiest }) => busiest.keys)),
    maxConnectionsPerIp: maxOf(gateways.map(({ busiest }) => busiest.addresses)),
    connectionsPerSecond: null,
    requestsPerSecond: null,
    messagesPerSecond: highestRate(gateways, 'messagesPerSecond'),
    bytesPerSecond: highestRate(gateways, 'bytesPerSecond'),
    maxMessageBytes: null,
  };
  return [
    ...tenantLimitsSchema
      .keyof()
      .options.map((name) => ({ limit: `limits.${name}`, ceiling: limits[name], used: used[name] })),
    ...quotaNames.map((name) => ({ limit: `quota.${name}`, ceiling: quota[name], used: usedOfMonth[name] })),
  ];
}

/** The most connections of one key or address over all gateways. */
function maxOf(lists: readonly GatewayUsage['busiest']['keys'][]): number {
  const sums = new Map<string, number>();
  for (const { group, connections } of lists.flat()) sums.set(group, (sums.get(group) ?? 0) + connections);
  return Math.max(0, ...sums.values());
}

export function highestRate(
  gateways: readonly Pick<GatewayUsage, 'fromClients' | 'fromUpstreams'>[],
  rate: 'messagesPerSecond' | 'bytesPerSecond',
): number {
  const rates = gateways.flatMap(({ fromClients, fromUpstreams }) => [
    fromClients[rate],
    fromUpstreams[rate],
  ]);
  return Math.max(0, ...rates);
}
