import { maxRoutePathLength, templateStart, type PublishedRoute, type RouteMatch } from '#libs/contract';
import { RegexRoutes } from './regex-routes.js';
import type { RequestFacts } from './request-facts.js';
import {
  chosenRoute,
  routeWithConditionsOf,
  withoutRoute,
  withRoute,
  type RouteChoice,
} from './route-choice.js';
import { TemplateRoutes } from './template-routes.js';

/** The match of a route that is looked up by its path. */
interface ComparedMatch {
  path: string;
  pathType: Exclude<RouteMatch['pathType'], 'regex'>;
}

const slash = 47;
// Longer paths match only prefixes, which bounds the cost of a look-up among templates.
const maxTemplatedLength = 2 * maxRoutePathLength;

/**
 * The enabled routes of one host, by path. A look-up tries the path itself and then only those starts of it
 * that have the length of some prefix of this host and end on a segment boundary, so the configuration
 * bounds the work for any path. Templates and regular expressions are tried after them. Among 100,000
 * routes nearly all of the time is spent on cache misses, so a look-up touches as few objects as possible: a
 * tree of segments took twice as long, and so did reading `pathType` from the routes on the way.
 */
export class HostRoutes {
  readonly #exact = new Map<string, RouteChoice>();
  readonly #prefixes = new Map<string, RouteChoice>();
  /** The lengths of all prefixes, the longest first. */
  readonly #prefixLengths: number[] = [];
  /** How many prefixes have the length at the same index of `prefixLengths`. */
  readonly #prefixCounts: number[] = [];

  #templates: TemplateRoutes | null = null;
  #regexes: RegexRoutes | null = null;
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
    if (pathType === 'regex') return this.#regexes?.occupantOf(route) ?? null;
    if (pathType === 'template') return routeWithConditionsOf(this.#templates?.get(path), route);
    return (
      routeWithConditionsOf(this.#exact.get(path), route) ??
      routeWithConditionsOf(this.#prefixes.get(path), route)
    );
  }

  /** Adds a route, which must have no occupant. */
  add(route: PublishedRoute): void {
    const { path, pathType } = route.match;
    this.#size += 1;
    if (pathType === 'regex') {
      this.#regexes ??= new RegexRoutes();
      this.#regexes.add(route);
      return;
    }
    this.#put({ path, pathType }, withRoute(this.#at({ path, pathType }), route));
  }

  /** Removes an added route. */
  delete(route: PublishedRoute): void {
    const { path, pathType } = route.match;
    this.#size -= 1;
    if (pathType === 'regex') {
      this.#regexes?.delete(route);
      if (this.#regexes?.size === 0) this.#regexes = null;
      return;
    }
    this.#put({ path, pathType }, withoutRoute(this.#at({ path, pathType }), route));
  }

  /**
   * The route with exactly `path`; otherwise the route with the most literal text at its start: that of the
   * longest prefix on a segment boundary, of a template, or of a regular expression. Among equals a template
   * comes first, then a regular expression. Routes whose conditions the request does not meet are skipped.
   */
  match(path: string, facts: RequestFacts): PublishedRoute | null {
    // No route has a longer path, and hashing it would cost as much as the client cares to send.
    const own = path.length <= maxRoutePathLength ? this.#exact.get(path) : undefined;
    const exact = own === undefined ? null : chosenRoute(own, facts);
    if (exact !== null) return exact;
    const prefix = this.#matchPrefix(path, facts);
    if (this.#templates === null && this.#regexes === null) return prefix;
    return this.#matchPatterns(path, facts, prefix);
  }

  #matchPatterns(path: string, facts: RequestFacts, prefix: PublishedRoute | null): PublishedRoute | null {
    const isTooLong = path.length > maxTemplatedLength;
    const template = isTooLong ? null : (this.#templates?.match(path, facts) ?? null);
    const found = moreSpecific(template, prefix);
    return this.#regexes?.match(path, facts, minStartOver(found)) ?? found;
  }

  #matchPrefix(path: string, facts: RequestFacts): PublishedRoute | null {
    for (const length of this.#prefixLengths) {
      if (length > path.length || !isBoundary(path, length)) continue;
      const choice = this.#prefixes.get(path.slice(0, length));
      const route = choice === undefined ? null : chosenRoute(choice, facts);
      if (route !== null) return route;
    }
    return null;
  }

  #at({ path, pathType }: ComparedMatch): RouteChoice | undefined {
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

  #put({ path, pathType }: ComparedMatch, choice: RouteChoice | undefined): void {
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
    if (choice === undefined) {
      this.#prefixes.delete(prefix);
      this.#discountPrefix(prefix.length);
      return;
    }
    if (!this.#prefixes.has(prefix)) this.#countPrefix(prefix.length);
    this.#prefixes.set(prefix, choice);
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

/** The minimum length of the literal start of a regular expression that comes before the route. */
function minStartOver(route: PublishedRoute | null): number {
  if (route === null) return 0;
  const { path, pathType } = route.match;
  return pathType === 'template' ? templateStart(path).length + 1 : path.length;
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
