import { maxRoutePathLength, templateStart, type PublishedRoute, type RouteMatch } from '#libs/contract';
import type { RequestFacts } from './request-facts.js';
import {
  chosenRoute,
  routeWithConditionsOf,
  withoutRoute,
  withRoute,
  type RouteChoice,
} from './route-choice.js';
import { TemplateRoutes } from './template-routes.js';

const slash = 47;
// Longer paths match only prefixes, which bounds the cost of a look-up among templates.
const maxTemplatedLength = 2 * maxRoutePathLength;

/**
 * The enabled routes of one host, by path. A look-up tries the path itself and then only those starts of it
 * that have the length of some prefix of this host and end on a segment boundary, so the work is bounded by
 * the configuration, whatever the path; templates are tried behind them, where the host has any. Among
 * 100,000 routes nearly all of the time is spent on cache misses, so a look-up touches as few objects as
 * possible: a tree of segments took twice as long, and so did reading `pathType` from the routes on the way.
 */
export class HostRoutes {
  readonly #exact = new Map<string, RouteChoice>();
  readonly #prefixes = new Map<string, RouteChoice>();
  /** The lengths of all prefixes, the longest first. */
  readonly #prefixLengths: number[] = [];
  /** How many prefixes have the length at the same index of `prefixLengths`. */
  readonly #prefixCounts: number[] = [];

  #templates: TemplateRoutes | null = null;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /**
   * The route for the same paths under the same conditions. An exact path and an equal prefix count as the
   * same.
   */
  occupantOf(route: PublishedRoute): PublishedRoute | null {
    const { path, pathType } = route.match;
    if (pathType === 'template') return routeWithConditionsOf(this.#templates?.get(path), route);
    return (
      routeWithConditionsOf(this.#exact.get(path), route) ??
      routeWithConditionsOf(this.#prefixes.get(path), route)
    );
  }

  /** Adds a route, which must have no occupant. */
  add(route: PublishedRoute): void {
    this.#put(route.match, withRoute(this.#at(route.match), route));
    this.#size += 1;
  }

  /** Removes an added route. */
  delete(route: PublishedRoute): void {
    this.#put(route.match, withoutRoute(this.#at(route.match), route));
    this.#size -= 1;
  }

  /**
   * The route with exactly `path`; otherwise the route of the longest prefix on a segment boundary or of a
   * template, whichever has more text before its first parameter. Among equals a template comes first. Routes
   * whose conditions the request does not meet are skipped.
   */
  match(path: string, facts: RequestFacts): PublishedRoute | null {
    // No route has a longer path, and hashing it would cost as much as the client cares to send.
    const own = path.length <= maxRoutePathLength ? this.#exact.get(path) : undefined;
    const exact = own === undefined ? null : chosenRoute(own, facts);
    if (exact !== null) return exact;
    const prefix = this.#longestPrefix(path, facts);
    if (this.#templates === null || path.length > maxTemplatedLength) return prefix;
    return moreSpecific(this.#templates.match(path, facts), prefix);
  }

  #longestPrefix(path: string, facts: RequestFacts): PublishedRoute | null {
    for (const length of this.#prefixLengths) {
      if (length > path.length || !isBoundary(path, length)) continue;
      const choice = this.#prefixes.get(path.slice(0, length));
      const route = choice === undefined ? null : chosenRoute(choice, facts);
      if (route !== null) return route;
    }
    return null;
  }

  #at({ path, pathType }: RouteMatch): RouteChoice | undefined {
    switch (pathType) {
      case 'exact':
        return this.#exact.get(path);
      case 'prefix':
        return this.#prefixes.get(path);
      case 'template':
        return this.#templates?.get(path);
      default:
        return pathType satisfies never;
    }
  }

  #put({ path, pathType }: RouteMatch, choice: RouteChoice | undefined): void {
    switch (pathType) {
      case 'exact':
        if (choice === undefined) this.#exact.delete(path);
        else this.#exact.set(path, choice);
        return;
      case 'prefix':
        this.#putPrefix(path, choice);
        return;
      case 'template':
        this.#putTemplate(path, choice);
        return;
      default:
        pathType satisfies never;
    }
  }

  #putPrefix(prefix: string, choice: RouteChoice | undefined): void {
    const isThere = this.#prefixes.has(prefix);
    if (choice === undefined) {
      this.#prefixes.delete(prefix);
      if (isThere) this.#discountPrefix(prefix.length);
      return;
    }
    this.#prefixes.set(prefix, choice);
    if (!isThere) this.#countPrefix(prefix.length);
  }

  #putTemplate(template: string, choice: RouteChoice | undefined): void {
    if (choice !== undefined) {
      this.#templates ??= new TemplateRoutes();
      this.#templates.set(template, choice);
      return;
    }
    this.#templates?.delete(template);
    if (this.#templates?.size === 0) this.#templates = null;
  }

  #countPrefix(length: number): void {
    const at = this.#placeOf(length);
    if (this.#prefixLengths[at] !== length) {
      this.#prefixLengths.splice(at, 0, length);
      this.#prefixCounts.splice(at, 0, 0);
    }
    this.#prefixCounts[at] = (this.#prefixCounts[at] ?? 0) + 1;
  }

  #discountPrefix(length: number): void {
    const at = this.#placeOf(length);
    const left = (this.#prefixCounts[at] ?? 0) - 1;
    this.#prefixCounts[at] = left;
    if (left > 0) return;
    this.#prefixLengths.splice(at, 1);
    this.#prefixCounts.splice(at, 1);
  }

  // The index of this length, or where to insert it; there are at most as many as a route's path may have
  // characters.
  #placeOf(length: number): number {
    const at = this.#prefixLengths.findIndex((other) => other <= length);
    return at === -1 ? this.#prefixLengths.length : at;
  }
}

function moreSpecific(template: PublishedRoute | null, prefix: PublishedRoute | null): PublishedRoute | null {
  if (template === null || prefix === null) return template ?? prefix;
  return templateStart(template.match.path).length >= prefix.match.path.length ? template : prefix;
}

// Whether the first `length` characters are whole segments: `/chat` of `/chat` and
// `/chat/x`, `/chat/` of `/chat/x`.
function isBoundary(path: string, length: number): boolean {
  return length === path.length || path.charCodeAt(length) === slash || path.charCodeAt(length - 1) === slash;
}
