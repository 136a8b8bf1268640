import { compareConditions, conditionsKey, type PathRegex, type PublishedRoute } from '#libs/contract';
import { compiledRegexOf } from './compiled-regex.js';
import type { RequestFacts } from './request-facts.js';

interface RegexRoute {
  route: PublishedRoute;
  regex: PathRegex;
}

// With the bounds of a pattern and of their number at a host, it bounds what a look-up costs.
const maxPathLength = 256;

/**
 * The regex routes of one host, in the order in which they are tried: the longest text at the start first,
 * then the most conditions, then the oldest. The API bounds their number.
 */
export class RegexRoutes {
  #routes: readonly RegexRoute[] = [];

  get size(): number {
    return this.#routes.length;
  }

  /** The route with the same pattern and conditions as this one. */
  occupantOf({ match }: PublishedRoute): PublishedRoute | null {
    const conditions = conditionsKey(match);
    const isEqual = ({ route }: RegexRoute): boolean =>
      route.match.path === match.path && conditionsKey(route.match) === conditions;
    return this.#routes.find(isEqual)?.route ?? null;
  }

  add(route: PublishedRoute): void {
    const added = { route, regex: compiledRegexOf(route.match) };
    this.#routes = [...this.#routes, added].sort(compareRoutes);
  }

  delete({ id }: PublishedRoute): void {
    this.#routes = this.#routes.filter(({ route }) => route.id !== id);
  }

  /** The first route that takes the request, of those with at least `minStart` characters at their start. */
  match(path: string, facts: RequestFacts, minStart: number): PublishedRoute | null {
    if (path.length > maxPathLength) return null;
    for (const { route, regex } of this.#routes) {
      if (regex.start.length < minStart) return null;
      if (!path.startsWith(regex.start) || !facts.meet(route.match)) continue;
      if (facts.matches(regex, path)) return route;
    }
    return null;
  }
}

function compareRoutes(one: RegexRoute, other: RegexRoute): number {
  const byStart = other.regex.start.length - one.regex.start.length;
  return (
    byStart ||
    compareConditions(one.route.match, other.route.match) ||
    (one.route.id < other.route.id ? -1 : 1)
  );
}
