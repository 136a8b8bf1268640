import { parseRedisUrl } from '#libs/settings';
import { reserveServer, type ReservedEndpoints } from '#libs/upstreams';
import type { GatewayOptions } from './gateway-options.js';

/**
 * Keeps routes from dialing Redis and the servers beside the gateway. The returned function stops the
 * look-ups of Redis's address.
 */
export function reserveServers(
  reserved: ReservedEndpoints,
  { settings, reservedUrls = [] }: Pick<GatewayOptions, 'settings' | 'reservedUrls'>,
): () => void {
  for (const url of reservedUrls) {
    const { hostname, port } = new URL(url);
    reserved.addListener(hostname.replace(/^\[(.*)\]$/, '$1'), Number(port));
  }
  if (settings.redisUrl === null) return () => undefined;
  const releases = parseRedisUrl(settings.redisUrl).endpoints.map((server) =>
    reserveServer(reserved, server),
  );
  return () => {
    for (const release of releases) release();
  };
}
