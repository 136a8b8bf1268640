import { upstreamId, type RebalancePlan, type RebalanceRequest, type Upstream } from '#libs/contract';

/** Live connections of one gateway by the id of the upstream. */
export interface GatewayCounts {
  gatewayId: string;
  connections: ReadonlyMap<string, number>;
}

/** The closes of each gateway, and their sum. */
export interface PlannedRebalance {
  plan: RebalancePlan;
  parts: { gatewayId: string; closes: { upstreamId: string; count: number }[] }[];
}

/**
 * Plans which connections to close, so that all upstreams that take new connections have their fair share
 * once the clients have come back. An upstream above the threshold is closed down to its fair share, and each
 * gateway closes in proportion to what it has there.
 */
export function planRebalance(
  upstreams: readonly Upstream[],
  gateways: readonly GatewayCounts[],
  { threshold, closesPerSecond }: Pick<RebalanceRequest, 'threshold' | 'closesPerSecond'>,
): PlannedRebalance {
  const open = takingConnections(upstreams);
  const counted = open.map(({ url, weight }) => {
    const id = upstreamId(url);
    return { id, url, weight, connections: sum(gateways.map((gateway) => gateway.connections.get(id) ?? 0)) };
  });
  const total = sum(counted.map(({ connections }) => connections));
  const weights = sum(counted.map(({ weight }) => weight));
  const planned = counted.map(({ weight, ...upstream }) => {
    const fair = (total * weight) / weights;
    const fairShare = Math.ceil(fair);
    const isAbove = upstream.connections > fair * threshold;
    return { ...upstream, fairShare, closes: isAbove ? upstream.connections - fairShare : 0 };
  });
  const closes = sum(planned.map((upstream) => upstream.closes));
  const shares = planned.map((upstream) => shareOut(upstream, gateways));
  const parts = gateways.map(({ gatewayId }, index) => ({
    gatewayId,
    closes: planned.flatMap(({ id }, position) => {
      const count = shares[position]?.[index] ?? 0;
      return count === 0 ? [] : [{ upstreamId: id, count }];
    }),
  }));
  return {
    plan: { upstreams: planned, closes, periodMs: Math.ceil((closes * 1000) / closesPerSecond) },
    parts,
  };
}

/** Those that new connections are balanced over; backups only where there is no other. */
function takingConnections(upstreams: readonly Upstream[]): readonly Upstream[] {
  const open = upstreams.filter(({ state, weight }) => state === 'active' && weight > 0);
  const primary = open.filter(({ backup }) => !backup);
  return primary.length > 0 ? primary : open;
}

/** How many each gateway closes; rounded so that the sum is right. */
function shareOut(
  { id, connections, closes }: { id: string; connections: number; closes: number },
  gateways: readonly GatewayCounts[],
): number[] {
  let [seen, given] = [0, 0];
  return gateways.map((gateway) => {
    seen += gateway.connections.get(id) ?? 0;
    const count = connections === 0 ? 0 : Math.round((closes * seen) / connections) - given;
    given += count;
    return count;
  });
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
