import type { ObservedUpstream } from '#libs/contract';
import type { UpstreamPools, UpstreamState } from '#libs/upstreams';

/**
 * The upstreams of a route as this gateway observed them; empty where it has not dialed or probed any of
 * them yet.
 */
export function describeUpstreams(pools: Pick<UpstreamPools, 'known'>, routeId: string): ObservedUpstream[] {
  return (pools.known(routeId)?.upstreams ?? []).map(describe);
}

function describe({ id, health, live, pending }: UpstreamState): ObservedUpstream {
  const { state, since, why, lastProbe } = health;
  return {
    id,
    state,
    since: since.toISOString(),
    why,
    lastProbe: lastProbe && {
      at: lastProbe.at.toISOString(),
      ok: lastProbe.isGood,
      detail: lastProbe.detail,
      durationMs: lastProbe.durationMs,
    },
    connections: live,
    pending,
  };
}
