import { pathForClient, type PathMapping } from './path-mapping.js';

const schemes = ['http:', 'https:', 'ws:', 'wss:'];
const absolute = /^(?:[a-z][a-z0-9+.-]*:)?\/\//i;

/**
 * A `Location` of the upstream as the client reaches it: a path without a host, so that it does not matter
 * which scheme the client uses. One that leads to another server, or to a path that the route does not have,
 * and one that is relative to the path of the request, is kept as it is.
 *
 * @param authorities the hosts, with their ports, that mean the upstream: that of its URL,
 * and those that it was asked for
 */
export function mapLocation(location: string, paths: PathMapping, authorities: readonly string[]): string {
  const isAbsolute = absolute.test(location);
  if (!isAbsolute && !location.startsWith('/')) return location;
  // Text that browsers would read as another URL than it looks like is not understood here either.
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

// What follows two slashes would be a host (RFC 3986 §4.2). The dot segment is removed by the client.
function withoutHost(path: string): string {
  return path.startsWith('//') ? `/.${path}` : path;
}
