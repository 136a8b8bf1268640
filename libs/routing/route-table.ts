import type { PublishedRoute } from '#libs/contract';
import { PathTree } from './path-tree.js';

/** `conflictsWith` is the id of the enabled route that has the same host and path. */
export type SetRouteResult = { ok: true } | { ok: false; conflictsWith: string };

/**
 * All routes by id, and the enabled ones by what they match.
 *
 * The host is chosen first, as nginx chooses the server before the location: the exact name, else the longest
 * `*.suffix` with one or more labels before it, else `*`; a host counts while it has an enabled route. Then the path
 * within that host: exact, else the longest prefix on segment boundaries. When no path of the chosen host matches,
 * a less specific host is not tried, so that a tenant's own host never falls into somebody else's catch-all.
 *
 * Setting and removing a route costs the same however many others there are.
 */
export class RouteTable {
  private readonly routes = new Map<string, PublishedRoute>();
  private readonly exactHosts = new Map<string, PathTree>();
  private readonly wildcardHosts = new Map<string, PathTree>();
  private readonly anyHost = new Map<string, PathTree>();

  /** How many routes there are, disabled ones included. */
  get size(): number {
    return this.routes.size;
  }

  get(id: string): PublishedRoute | null {
    return this.routes.get(id) ?? null;
  }

  values(): Iterable<PublishedRoute> {
    return this.routes.values();
  }

  /** Adds a route, or replaces the one with its id. On a conflict nothing changes; `pathType` makes no difference. */
  set(route: PublishedRoute): SetRouteResult {
    const { host, path } = route.match;
    const occupant = route.enabled ? (this.treeOf(host)?.get(path) ?? null) : null;
    if (occupant !== null && occupant.id !== route.id) return { ok: false, conflictsWith: occupant.id };
    this.remove(route.id);
    this.routes.set(route.id, route);
    if (route.enabled) this.addTree(host).set(route);
    return { ok: true };
  }

  /** Takes a route away; null when there is none with this id. */
  remove(id: string): PublishedRoute | null {
    const route = this.routes.get(id);
    if (route === undefined) return null;
    this.routes.delete(id);
    if (route.enabled) this.removeFromTree(route);
    return route;
  }

  /**
   * The enabled route for a request.
   * @param host as `normalizeHost` gives it
   * @param path as `normalizePath` gives it, without the query
   */
  match(host: string, path: string): PublishedRoute | null {
    const tree = this.exactHosts.get(host) ?? this.wildcardTree(host) ?? this.anyHost.get('*');
    return tree?.match(path) ?? null;
  }

  private wildcardTree(host: string): PathTree | undefined {
    if (this.wildcardHosts.size === 0) return undefined;
    // From the left, so that the first suffix found is the longest; at least one label stands before it.
    for (let dot = host.indexOf('.', 1); dot !== -1; dot = host.indexOf('.', dot + 1)) {
      const tree = this.wildcardHosts.get(host.slice(dot + 1));
      if (tree !== undefined) return tree;
    }
    return undefined;
  }

  private treeOf(host: string): PathTree | undefined {
    const { trees, name } = this.placeOf(host);
    return trees.get(name);
  }

  private addTree(host: string): PathTree {
    const { trees, name } = this.placeOf(host);
    const existing = trees.get(name);
    if (existing !== undefined) return existing;
    const created = new PathTree();
    trees.set(name, created);
    return created;
  }

  private removeFromTree(route: PublishedRoute): void {
    const { trees, name } = this.placeOf(route.match.host);
    const tree = trees.get(name);
    tree?.delete(route.match.path);
    if (tree?.size === 0) trees.delete(name);
  }

  private placeOf(host: string): { trees: Map<string, PathTree>; name: string } {
    if (host === '*') return { trees: this.anyHost, name: host };
    if (host.startsWith('*.')) return { trees: this.wildcardHosts, name: host.slice(2) };
    return { trees: this.exactHosts, name: host };
  }
}
