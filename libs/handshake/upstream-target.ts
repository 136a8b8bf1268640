import { resolvePath } from '#libs/contract';
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
 * as the client wrote it, byte for byte. Where it does, dot segments are removed from the path first, so that no path
 * leads out of the base path; the rest of it stays as it was written, except that unreserved characters are decoded.
 */
export function upstreamTarget(options: UpstreamTargetOptions): string {
  const query = options.rawQuery === null ? '' : `?${options.rawQuery}`;
  return `${upstreamPath(options)}${query}`;
}

function upstreamPath({ request, matchPath, stripPrefix, basePath }: UpstreamTargetOptions): string {
  if (!stripPrefix && basePath === '') return request.rawPath;
  const path = resolvePath(request.rawPath) ?? request.path;
  const rest = stripPrefix ? pathBelow(path, matchPath) : path;
  if (rest === '') return basePath === '' ? '/' : basePath;
  return `${withoutTrailingSlash(basePath)}${rest}`;
}

// What follows the segments of the prefix: empty, or with its slash in front. Characters of the prefix may be encoded in
// one of the two and not in the other, so it is the segments that are counted.
function pathBelow(path: string, prefix: string): string {
  let start = 0;
  for (let segments = withoutTrailingSlash(prefix).split('/').length - 1; segments > 0; segments -= 1) {
    start = path.indexOf('/', start + 1);
    if (start === -1) return '';
  }
  return path.slice(start);
}

function withoutTrailingSlash(path: string): string {
  return path.endsWith('/') ? path.slice(0, -1) : path;
}
