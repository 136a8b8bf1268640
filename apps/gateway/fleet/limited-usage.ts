import { GroupCounts, type ConnectionRegistry } from '#libs/connections';
import type { Answer } from '#libs/fleet';
import type { Configuration } from '#libs/routing';
import type { LaneRates, TrafficTable } from '#libs/tunnel';

type LimitedUsage = Answer<'limitedUsage'>;

export interface LimitedUsageInput {
  registry: Pick<ConnectionRegistry, 'visitMatching'>;
  configuration: Pick<Configuration, 'route' | 'apiKey'>;
  traffic: Pick<TrafficTable, 'usage'>;
}

const maxListed = 100;

/** The connections and the traffic of the routes and keys of a tenant that have limits. */
export async function limitedUsageOf(
  { registry, configuration, traffic }: LimitedUsageInput,
  tenantId: string,
): Promise<LimitedUsage> {
  const [routes, apiKeys] = [new GroupCounts(), new GroupCounts()];
  await registry.visitMatching({ tenantId }, ({ route, apiKey }) => {
    if (isLimited(configuration.route(route.id))) routes.add(route.id);
    if (apiKey && isLimited(configuration.apiKey(apiKey.id))) apiKeys.add(apiKey.id);
  });
  const usages = (counts: GroupCounts): LimitedUsage['routes'] =>
    counts
      .largest(maxListed)
      .groups.map(({ group, connections }) => ({ id: group, connections, ...traffic.usage(group) }));
  return { routes: usages(routes), apiKeys: usages(apiKeys) };
}

function isLimited(limits: ({ maxConnections: number | null } & LaneRates) | null): boolean {
  if (limits === null) return false;
  const { maxConnections, messagesPerSecond, bytesPerSecond } = limits;
  return maxConnections !== null || messagesPerSecond !== null || bytesPerSecond !== null;
}
