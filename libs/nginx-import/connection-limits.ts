import { ConfigFault } from './config-fault.js';
import type { Content } from './content.js';
import type { Findings } from './findings.js';
import type { Location } from './locations.js';
import type { Directive } from './parser.js';
import type { RouteFields } from './route-document.js';
import { argument } from './scope.js';
import type { Variables } from './variables.js';

type Proxied = Extract<Content, { kind: 'proxy' }>;
type Match = Pick<RouteFields['match'], 'host' | 'path' | 'pathType'>;

/** The bound of nginx. */
const maxLimit = 65_535;

/**
 * Translates `limit_conn` into `maxConnections` of routes. nginx counts under the key of a zone, which
 * several locations and hosts may share; a route counts its own connections.
 */
export class ConnectionLimits {
  /** The key of each zone. */
  readonly #keys: ReadonlyMap<string, string>;
  /** The routes that nginx counts together, by zone and key, with the directives that limit them. */
  readonly #counted = new Map<string, { routes: Set<string>; limits: Set<Directive> }>();

  constructor(
    http: readonly Directive[],
    private readonly findings: Findings,
  ) {
    const zones = http.filter(({ name }) => name === 'limit_conn_zone');
    this.#keys = new Map(zones.map((zone) => [zoneNameOf(zone), argument(zone, 0)]));
  }

  fieldsOf(location: Location, content: Proxied, match: Match): Pick<RouteFields, 'maxConnections'> {
    const { scope } = location;
    const dryRun = scope.one('limit_conn_dry_run');
    if (dryRun !== null && argument(dryRun, 0) === 'on') return {};
    // nginx counts a request once: after all rewrites, but before try_files.
    const ofLocation = content.move === null ? scope.inForce('limit_conn') : [];
    const directives = ofLocation.length > 0 ? ofLocation : content.scope.inForce('limit_conn');
    const limits = directives.flatMap((directive) => this.#limitOf(directive, content.variables, match));
    return limits.length > 0 ? { maxConnections: Math.min(...limits) } : {};
  }

  /** Warns of limits that nginx applies to several routes together. To be called after all of them. */
  warnOfSharedCounts(): void {
    for (const { routes, limits } of this.#counted.values()) {
      if (routes.size < 2) continue;
      const places = [...routes].join(', ');
      for (const directive of limits) {
        const message = `nginx counts the connections of ${places} together; each of these routes admits ${argument(directive, 1)}`;
        this.findings.warn(directive, message);
      }
    }
  }

  #limitOf(directive: Directive, variables: Variables, match: Match): number[] {
    const limit = numberOf(directive);
    const zone = argument(directive, 0);
    const key = this.#keys.get(zone);
    const value = key === undefined ? null : variables.constant(key);
    if (value === null || value === '') {
      this.findings.warn(directive, `"limit_conn" is not carried over: ${reasonOf(key, limit, match)}`);
      return [];
    }
    const counted = this.#counted.get(`${zone} ${value}`) ?? { routes: new Set(), limits: new Set() };
    counted.routes.add(placeOf(match));
    counted.limits.add(directive);
    this.#counted.set(`${zone} ${value}`, counted);
    return [limit];
  }
}

function reasonOf(key: string | undefined, limit: number, { host = '*' }: Match): string {
  if (key === undefined) return 'no limit_conn_zone among the files has its zone';
  if (/^\$\{?(?:binary_)?remote_addr\}?$/.test(key)) {
    return `a client address is limited for the whole tenant; set its limits.maxConnectionsPerIp to ${limit}`;
  }
  if (key === '$host' || key === '${host}') {
    return `nginx counts each host of "${host}" separately, and a route counts all of them together`;
  }
  return `a route counts all its connections together, and not by the key "${key}"`;
}

function placeOf({ host = '*', path, pathType }: Match): string {
  return pathType === 'exact' ? `= ${host}${path}` : `${host}${path}`;
}

function zoneNameOf(zone: Directive): string {
  return /^zone=([^:]*)/.exec(argument(zone, 1))?.[1] ?? '';
}

function numberOf(directive: Directive): number {
  const text = argument(directive, 1);
  if (!/^[0-9]+$/.test(text) || Number(text) === 0) {
    throw new ConfigFault(directive.place, `invalid number of connections "${text}"`);
  }
  if (Number(text) > maxLimit) {
    throw new ConfigFault(directive.place, `connection limit must be less than ${maxLimit + 1}`);
  }
  return Number(text);
}
