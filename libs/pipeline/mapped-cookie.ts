import { pathForClient, type PathMapping } from './path-mapping.js';

export interface CookieHosts {
  /** The host name of the upstream. */
  upstreamHost: string;
  /** The host in the client's request. */
  clientHost: string;
}

/**
 * Maps a `Set-Cookie` of the upstream for the client (RFC 6265 §4.1.2): its `Path` becomes the corresponding
 * path of the client, and a `Domain` of the upstream that is not the client's is removed, so that the cookie
 * belongs to the requested host. Everything else is unchanged.
 */
export function mapCookie(cookie: string, paths: PathMapping, hosts: CookieHosts): string {
  const [pair = '', ...attributes] = cookie.split(';');
  // Browsers refuse such a cookie with any other path than `/` (RFC 6265bis §4.1.3).
  const keepsPath = /^\s*__Host-/i.test(pair) || paths.client.includes(';');
  const kept = attributes.flatMap((attribute) => {
    const equals = attribute.indexOf('=');
    const value = attribute.slice(equals + 1).trim();
    switch (attribute.slice(0, Math.max(equals, 0)).trim().toLowerCase()) {
      case 'path': {
        const path = keepsPath ? null : pathForClient(value, paths);
        return [path === null ? attribute : attribute.slice(0, equals + 1) + path];
      }
      case 'domain':
        return isForeignDomain(value, hosts) ? [] : [attribute];
      default:
        return [attribute];
    }
  });
  return [pair, ...kept].join(';');
}

function isForeignDomain(domain: string, { upstreamHost, clientHost }: CookieHosts): boolean {
  const name = domain.replace(/^\./, '').toLowerCase();
  const holdsFor = (host: string): boolean => host === name || host.endsWith(`.${name}`);
  return holdsFor(upstreamHost) && !holdsFor(clientHost);
}
