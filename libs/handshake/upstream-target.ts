import type { UpgradeRequest } from './upgrade-request.js';

export interface UpstreamTargetOptions {
  request: Pick<UpgradeRequest, 'rawPath' | 'path'>;
  /** The path of the route that matched. */
  matchPath: string;
  /** Whether the part of the path that matched is taken away. */
  stripPrefix: boolean;
  /** The path of the upstream's URL; empty where it is `/`. */
  basePath: string;
  /** The query without `?`, or null; the client's own, without what was a credential. */
  rawQuery: string | null;
}

/**
 * The request target for the upstream; it always starts with `/`. Where the route rewrites nothing, the path goes
 * as the client wrote it, byte for byte. Where it does, the normal form of the path is what is rewritten: dot
 * segments are gone from it, so that no path leads out of the base path.
 */
export function upstreamTarget(options: UpstreamTargetOptions): string {
  const query = options.rawQuery === null ? '' : `?${options.rawQuery}`;
  return `${upstreamPath(options)}${query}`;
}

function upstreamPath({ request, matchPath, stripPrefix, basePath }: UpstreamTargetOptions): string {
  if (!stripPrefix && basePath === '') return request.rawPath;
  const rest = stripPrefix ? pathBelow(request.path, matchPath) : request.path;
  if (rest === '') return basePath === '' ? '/' : basePath;
  return `${withoutTrailingSlash(basePath)}${rest}`;
}

// What follows the prefix: empty, or with its slash in front.
function pathBelow(path: string, prefix: string): string {
  const stripped = withoutTrailingSlash(prefix);
  return path.startsWith(stripped) ? path.slice(stripped.length) : path;
}

function withoutTrailingSlash(path: string): string {
  return path.endsWith('/') ? path.slice(0, -1) : path;
}
