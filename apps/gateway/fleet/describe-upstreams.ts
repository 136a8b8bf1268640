import { upstreamId, type ObservedUpstream } from '#libs/contract';
import type { Answer } from '#libs/fleet';
import type { UpstreamPools, UpstreamState } from '#libs/upstreams';

/**
 * The upstreams of a route as this gateway observed them; empty where it has not dialed or probed any of
 * them yet.
 */
export function describeUpstreams(
  pools: Pick<UpstreamPools, 'known'>,
  routeId: string,
): Answer<'routeUpstreams'> {
  const pool = pools.known(routeId);
  return { upstreams: pool?.upstreams.map(describe) ?? [], queued: pool?.queued ?? 0 };
}

function describe({ id, endpoint, settings, health, live, pending }: UpstreamState): ObservedUpstream {
  const { url } = endpoint;
  const isDiscovered = settings.discovery !== 'none';
  const { state, since, why, lastProbe } = health;
  return {
    id,
    discovered: isDiscovered ? { url, listedId: upstreamId(settings.url) } : null,
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
