import type { PublishedRoute } from '#libs/contract';

// %3B too: some servers decode a path before they take parameters off.
const parameter = /(?:;|%3B)[^/]*/g;
const emptySegments = /\/{2,}/g;
const readDifferently = /\/\/|;|%3B/;

/**
 * Whether servers that merge empty segments (`//`) or take parameters (`;a=b`) off would take the path to another route
 * than this gateway does: with a route for `/` and one for `/admin`, that of `//admin` would be asked for `/admin`. What
 * the route itself has of these in its path is its own.
 * @param path as `normalizePath` gives it, without the query
 * @param matched the route of the path, or null
 * @param match gives the route of another path of the same host
 */
export function leadsElsewhere(
  path: string,
  matched: PublishedRoute | null,
  match: (path: string) => PublishedRoute | null,
): boolean {
  if (!readDifferently.test(path)) return false;
  const own = matched !== null && readDifferently.test(matched.match.path) ? matched.match.path.length : 0;
  return readings(path.slice(own)).some((rest) => {
    return match(path.slice(0, own) + rest)?.id !== matched?.id;
  });
}

function readings(path: string): string[] {
  const bare = path.replace(parameter, '');
  return [path.replace(emptySegments, '/'), bare, bare.replace(emptySegments, '/')];
}
