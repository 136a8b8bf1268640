import { PathRegex, type RouteMatch } from '#libs/contract';

const compiled = new WeakMap<RouteMatch, PathRegex>();

/** The regular expression of a route, compiled once. */
export function compiledRegexOf(match: RouteMatch): PathRegex {
  const known = compiled.get(match);
  if (known !== undefined) return known;
  const parsed = PathRegex.parse(match.path);
  // The API and the gateway accept no other routes.
  if (!parsed.ok) throw new Error(parsed.reason);
  compiled.set(match, parsed.regex);
  return parsed.regex;
}
