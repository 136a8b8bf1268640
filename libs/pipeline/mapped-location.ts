import { pathForClient, type PathMapping } from './path-mapping.js';

const schemes = ['http:', 'https:', 'ws:', 'wss:'];
const absolute = /^(?:[a-z][a-z0-9+.-]*:)?\/\//i;

/**
 * Maps a `Location` of the upstream to the path that the client has to request, without a host, so that the
 * client's scheme does not matter. A `Location` to another server, to a path outside the route, or relative
 * to the path of the request is unchanged.
 *
 * @param authorities the hosts, with ports, that refer to the upstream: the host of its URL, and the
 * requested ones
 */
export function mapLocation(location: string, paths: PathMapping, authorities: readonly string[]): string {
  const isAbsolute = absolute.test(location);
  if (!isAbsolute && !location.startsWith('/')) return location;
  // Text that browsers would parse as a different URL than it appears to be is not mapped.
  if (!/^[\x21-\x7e]+$/.test(location) || location.includes('\\')) return location;
  const [authority = ''] = authorities;
  const base = `http://${authority}/`;
  if (!URL.canParse(location, base)) return location;
  const { protocol, username, password, host, pathname, search, hash } = new URL(location, base);
  if (!schemes.includes(protocol) || username || password) return location;
  if (isAbsolute && !authorities.some((known) => isSameHost(known, host))) return location;
  const path = pathForClient(pathname, paths);
  return path === null ? location : `${withoutHost(path)}${search}${hash}`;
}

function isSameHost(authority: string, host: string): boolean {
  const url = `http://${authority}`;
  return URL.canParse(url) && withoutDefaultPort(new URL(url).host) === withoutDefaultPort(host);
}

function withoutDefaultPort(host: string): string {
  return host.replace(/:(?:80|443)$/, '');
}

// Text after two slashes would be a host (RFC 3986 §4.2). The client removes the dot segment.
function withoutHost(path: string): string {
  return path.startsWith('//') ? `/.${path}` : path;
}
