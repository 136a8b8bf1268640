import { isPattern, type PublishedRoute } from '#libs/contract';
import { pathReplacement } from './path-replacement.js';

/**
 * Corresponding paths of the upstream and of the client. Both have no trailing slash, so `/` is empty.
 */
export interface PathMapping {
  upstream: string;
  client: string;
}

/**
 * The mapping of a route for an upstream with this base path.
 *
 * @param path the path of the request, in its normal form
 */
export function pathMapping(
  route: Pick<PublishedRoute, 'match' | 'rewrite'>,
  basePath: string,
  path: string,
): PathMapping {
  const replacement = pathReplacement(route, path);
  const base = withoutTrailingSlash(basePath);
  if (replacement === null) return { upstream: base, client: '' };
  return {
    upstream: base + withoutTrailingSlash(replacement),
    client: withoutTrailingSlash(isPattern(route.match) ? path : route.match.path),
  };
}

/** The client's path for a path of the upstream; null if no path of the client corresponds to it. */
export function pathForClient(path: string, { upstream, client }: PathMapping): string | null {
  if (path !== upstream && !path.startsWith(`${upstream}/`)) return null;
  const mapped = client + path.slice(upstream.length);
  return mapped === '' ? '/' : mapped;
}

function withoutTrailingSlash(path: string): string {
  return path.endsWith('/') ? path.slice(0, -1) : path;
}
