import { maxRoutePathLength, templateStart, type PublishedRoute } from '#libs/contract';
import { TemplateRoutes } from './template-routes.js';

const slash = 47;
// Longer paths match prefixes only: it bounds what a look-up among templates may cost.
const maxTemplatedLength = 2 * maxRoutePathLength;

/**
 * The enabled routes of one host, by path. A look-up tries the path itself and then only those starts of it
 * that have the length of some prefix of this host and end on a segment boundary, so the work is bounded by
 * the configuration, whatever the path; templates are tried behind them, where the host has any. Among
 * 100,000 routes nearly all of the time is spent on cache misses, so a look-up touches as few objects as
 * possible: a tree of segments took twice as long, and so did reading `pathType` from the routes on the way.
 */
export class HostRoutes {
  readonly #exact = new Map<string, PublishedRoute>();
  readonly #prefixes = new Map<string, PublishedRoute>();
  /** The lengths of all prefixes, the longest first. */
  readonly #prefixLengths: number[] = [];
  /** How many prefixes have the length at the same index of `prefixLengths`. */
  readonly #prefixCounts: number[] = [];

  #templates: TemplateRoutes | null = null;

  get size(): number {
    return this.#exact.size + this.#prefixes.size + (this.#templates?.size ?? 0);
  }

  /** The route that is found for the same paths; an exact one and a prefix are, if they are equal. */
  occupantOf({ match: { path, pathType } }: PublishedRoute): PublishedRoute | null {
    if (pathType === 'template') return this.#templates?.get(path) ?? null;
    return this.#exact.get(path) ?? this.#prefixes.get(path) ?? null;
  }

  /** Adds a route at its path, which must be free. */
  add(route: PublishedRoute): void {
    const { path, pathType } = route.match;
    switch (pathType) {
      case 'exact':
        this.#exact.set(path, route);
        return;
      case 'prefix':
        this.#prefixes.set(path, route);
        this.#countPrefix(path.length);
        return;
      case 'template':
        this.#templates ??= new TemplateRoutes();
        this.#templates.add(route);
        return;
      default:
        pathType satisfies never;
    }
  }

  /** Removes a route that was added. */
  delete({ match: { path, pathType } }: PublishedRoute): void {
    switch (pathType) {
      case 'exact':
        this.#exact.delete(path);
        return;
      case 'prefix':
        this.#prefixes.delete(path);
        this.#discountPrefix(path.length);
        return;
      case 'template':
        this.#templates?.delete(path);
        if (this.#templates?.size === 0) this.#templates = null;
        return;
      default:
        pathType satisfies never;
    }
  }

  /**
   * The route at exactly `path`; else that of the longest prefix that ends on a segment boundary, and that of
   * a template, whichever has more text before its first parameter. A template comes first among equals.
   */
  match(path: string): PublishedRoute | null {
    // No route has a longer path, and hashing it would cost as much as the client cares to send.
    const own = path.length <= maxRoutePathLength ? this.#exact.get(path) : undefined;
    if (own !== undefined) return own;
    const prefix = this.#longestPrefix(path);
    return this.#templates === null
      ? prefix
      : moreSpecific(this.#matchTemplate(this.#templates, path), prefix);
  }

  #matchTemplate(templates: TemplateRoutes, path: string): PublishedRoute | null {
    return path.length <= maxTemplatedLength ? templates.match(path) : null;
  }

  #longestPrefix(path: string): PublishedRoute | null {
    for (const length of this.#prefixLengths) {
      if (length > path.length || !isBoundary(path, length)) continue;
      const route = this.#prefixes.get(path.slice(0, length));
      if (route !== undefined) return route;
    }
    return null;
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
