import type { PublishedRoute } from '#libs/contract';
import { HostRoutes } from './host-routes.js';
import { noFacts, type RequestFacts } from './request-facts.js';

/**
 * `conflictsWith` is the id of the enabled route with the same host and paths under the same conditions.
 */
export type SetRouteResult = { ok: true } | { ok: false; conflictsWith: string };

/**
 * All routes by id, and the enabled ones by what they match.
 *
 * The host is chosen first, as nginx chooses the server before the location: the exact name, else the longest
 * `*.suffix` with one or more labels before it, else `*`; a host counts while it has an enabled route.
 * Then the path within that host: exact, else the longest prefix on segment boundaries or a template, see
 * `HostRoutes`. When no path of
 * the chosen host matches, a less specific host is not tried, so that a tenant's own host never falls
 * through to the catch-all of another tenant.
 *
 * The cost of setting and removing a route does not depend on the number of other routes.
 */
export class RouteTable {
  readonly #routes = new Map<string, PublishedRoute>();
  readonly #exactHosts = new Map<string, HostRoutes>();
  readonly #wildcardHosts = new Map<string, HostRoutes>();
  readonly #anyHost = new Map<string, HostRoutes>();

  /** How many routes there are, disabled ones included. */
  get size(): number {
    return this.#routes.size;
  }

  get(id: string): PublishedRoute | null {
    return this.#routes.get(id) ?? null;
  }

  /** Every route with its id. */
  entries(): Iterable<[id: string, route: PublishedRoute]> {
    return this.#routes.entries();
  }

  /**
   * Adds a route, or replaces the one with its id. On a conflict nothing changes;
   * an exact path and a prefix that are equal conflict, and so do templates that differ in names only.
   */
  set(route: PublishedRoute): SetRouteResult {
    const { host } = route.match;
    const occupant = route.enabled ? (this.#hostOf(host)?.occupantOf(route) ?? null) : null;
    if (occupant !== null && occupant.id !== route.id) return { ok: false, conflictsWith: occupant.id };
    this.remove(route.id);
    this.#routes.set(route.id, route);
    if (route.enabled) this.#addHost(host).add(route);
    return { ok: true };
  }

  /** Removes a route; null if there is none with this id. */
  remove(id: string): PublishedRoute | null {
    const route = this.#routes.get(id);
    if (route === undefined) return null;
    this.#routes.delete(id);
    if (route.enabled) this.#removeFromHost(route);
    return route;
  }

  /**
   * The enabled route for a request.
   * @param host as `normalizeHost` gives it
   * @param path as `normalizePath` gives it, without the query
   * @param facts the values for conditions of routes; without them no condition is met
   */
  match(host: string, path: string, facts: RequestFacts = noFacts()): PublishedRoute | null {
    const routes = this.#exactHosts.get(host) ?? this.#wildcardHost(host) ?? this.#anyHost.get('*');
    return routes?.match(path, facts) ?? null;
  }

  #wildcardHost(host: string): HostRoutes | undefined {
    if (this.#wildcardHosts.size === 0) return undefined;
    // From the left, so that the first suffix found is the longest; at least one label precedes it.
    for (let dot = host.indexOf('.', 1); dot !== -1; dot = host.indexOf('.', dot + 1)) {
      const routes = this.#wildcardHosts.get(host.slice(dot + 1));
      if (routes !== undefined) return routes;
    }
    return undefined;
  }

  #hostOf(host: string): HostRoutes | undefined {
    const { hosts, name } = this.#placeOf(host);
    return hosts.get(name);
  }

  #addHost(host: string): HostRoutes {
    const { hosts, name } = this.#placeOf(host);
    const existing = hosts.get(name);
    if (existing !== undefined) return existing;
    const created = new HostRoutes();
    hosts.set(name, created);
    return created;
  }

  #removeFromHost(route: PublishedRoute): void {
    const { hosts, name } = this.#placeOf(route.match.host);
    const routes = hosts.get(name);
    routes?.delete(route);
    if (routes?.size === 0) hosts.delete(name);
  }

  #placeOf(host: string): { hosts: Map<string, HostRoutes>; name: string } {
    if (host === '*') return { hosts: this.#anyHost, name: host };
    if (host.startsWith('*.')) return { hosts: this.#wildcardHosts, name: host.slice(2) };
    return { hosts: this.#exactHosts, name: host };
  }
}
