import { resolvePath } from '#libs/contract';
import type { RequestMessage } from './request-message.js';

export interface UpstreamTargetOptions {
  request: Pick<RequestMessage, 'rawPath' | 'path'>;
  /** The path of the matched route; null if that route always matches the whole path. */
  matchPath: string | null;
  /**
   * The replacement of the matched part of the path: empty if that part is removed, null if the path is
   * kept.
   */
  replacement: string | null;
  /** The path of the upstream's URL; empty if it is `/`. */
  basePath: string;
  /** The query without the `?`, or null. It is the client's query without credentials. */
  rawQuery: string | null;
}

/**
 * Returns the request target for the upstream, which always starts with `/`. If the route does not rewrite
 * the path, the path is sent as the client wrote it, byte for byte. Otherwise dot segments are removed from
 * the path first, so that no path can leave the base path and the replacement. The rest of the path is kept
 * as it was written, except that unreserved characters are decoded.
 */
export function upstreamTarget(options: UpstreamTargetOptions): string {
  const query = options.rawQuery === null ? '' : `?${options.rawQuery}`;
  return `${upstreamPath(options)}${query}`;
}

function upstreamPath({ request, matchPath, replacement, basePath }: UpstreamTargetOptions): string {
  if (replacement === null && basePath === '') return request.rawPath;
  const path = resolvePath(request.rawPath) ?? request.path;
  const rest = replacement === null ? path : matchPath === null ? '' : pathBelow(path, matchPath);
  const start = replacement ? `${withoutTrailingSlash(basePath)}${replacement}` : basePath;
  if (rest === '') return start === '' ? '/' : start;
  return `${withoutTrailingSlash(start)}${rest}`;
}

// Returns the part of the path after the segments of the prefix: empty, or with a leading slash. The segments
// are counted, because a character of the prefix may be encoded in only one of the two.
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
