import { isDeepStrictEqual } from 'node:util';
import type { LiveConnection } from '#libs/connections';
import type { PublishedRoute } from '#libs/contract';

/**
 * Why a change of its route ends what a connection has with its upstream, as the reason of a close; null: it
 * does not. A state counts where it changed: a connection that was admitted in that state stays.
 */
export function whyUpstreamEnded(
  { route: admitted, listedUpstreamUrl }: Pick<LiveConnection, 'route' | 'listedUpstreamUrl'>,
  route: PublishedRoute,
): 'route changed' | 'upstream draining' | 'upstream down' | null {
  if (admitted === route) return null;
  if (!isDeepStrictEqual(admitted.upstreamTls, route.upstreamTls)) return 'route changed';
  const [before, now] = [admitted, route].map(({ upstreams }) =>
    upstreams.find(({ url }) => url === listedUpstreamUrl),
  );
  if (!now) return before ? 'route changed' : null;
  if (now.state === 'active' || now.state === before?.state) return null;
  if (now.state === 'drain') return 'upstream draining';
  return 'upstream down';
}
