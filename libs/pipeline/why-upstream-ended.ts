import { isDeepStrictEqual } from 'node:util';
import type { LiveConnection } from '#libs/connections';
import type { PublishedRoute } from '#libs/contract';

/**
 * The close reason if a change of the route ends a connection to its upstream; null if it does not. Only a
 * changed state counts: a connection that was admitted in that state is kept.
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
