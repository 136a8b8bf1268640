import { maxRoutePathLength, type PublishedRoute } from '#libs/contract';

/**
 * The enabled routes of one host, by path: a tree with one level for each segment. The path `/chat/` has an empty
 * last segment, so that it is another place than `/chat`. A look-up goes down only where a route has gone before
 * it, so that its work is bounded by the longest path of a route on this host, whatever path it is asked for.
 */
export class PathTree {
  private readonly root = new Segment();
  private routeCount = 0;

  get size(): number {
    return this.routeCount;
  }

  /** The route that stands at exactly this path. */
  get(path: string): PublishedRoute | null {
    return this.walk(path).at(-1)?.route ?? null;
  }

  /** Puts a route at its path, in place of any that stands there. */
  set(route: PublishedRoute): void {
    const place = segmentsOf(route.match.path).reduce((segment, name) => segment.child(name), this.root);
    if (place.route === null) this.routeCount += 1;
    place.route = route;
  }

  delete(path: string): void {
    const places = this.walk(path);
    const last = places.at(-1);
    if (!last?.route) return;
    last.route = null;
    this.routeCount -= 1;
    this.prune(places, segmentsOf(path));
  }

  /** The route at exactly `path`, else the one with the longest prefix that ends on a segment boundary. */
  match(path: string): PublishedRoute | null {
    let best: PublishedRoute | null = null;
    let segment: Segment | undefined = this.root;
    let slash = 0;
    for (;;) {
      // A prefix that ends in a slash takes everything after that slash.
      best = segment.children?.get('')?.prefixRoute ?? best;
      const nextSlash = path.indexOf('/', slash + 1);
      const end = nextSlash === -1 ? path.length : nextSlash;
      // No route has a segment that long, and hashing it would cost as much as the client cares to send.
      if (end - slash > maxRoutePathLength) return best;
      segment = segment.children?.get(path.slice(slash + 1, end));
      if (segment === undefined) return best;
      if (nextSlash === -1) return segment.route ?? best;
      best = segment.prefixRoute ?? best;
      slash = nextSlash;
    }
  }

  // The root and every segment down to `path`; empty when there is no such place.
  private walk(path: string): Segment[] {
    const places = [this.root];
    let place: Segment | undefined = this.root;
    for (const name of segmentsOf(path)) {
      place = place.children?.get(name);
      if (place === undefined) return [];
      places.push(place);
    }
    return places;
  }

  private prune(places: readonly Segment[], names: readonly string[]): void {
    for (let depth = names.length; depth > 0; depth -= 1) {
      const name = names[depth - 1];
      if (name === undefined || places[depth]?.isEmpty === false) return;
      places[depth - 1]?.remove(name);
    }
  }
}

/** One place in the tree. Most of 100,000 are leaves, so the map of children is made only where it is needed. */
class Segment {
  route: PublishedRoute | null = null;
  children: Map<string, Segment> | null = null;

  get isEmpty(): boolean {
    return this.route === null && this.children === null;
  }

  get prefixRoute(): PublishedRoute | null {
    return this.route?.match.pathType === 'prefix' ? this.route : null;
  }

  child(name: string): Segment {
    this.children ??= new Map();
    const existing = this.children.get(name);
    if (existing !== undefined) return existing;
    const created = new Segment();
    this.children.set(name, created);
    return created;
  }

  remove(name: string): void {
    this.children?.delete(name);
    if (this.children?.size === 0) this.children = null;
  }
}

function segmentsOf(path: string): string[] {
  return path.slice(1).split('/');
}
