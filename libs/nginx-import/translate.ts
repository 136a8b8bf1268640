import { ConfigFault } from './config-fault.js';
import { ConnectionLimits } from './connection-limits.js';
import type { Findings } from './findings.js';
import type { Directive } from './parser.js';
import { Scope } from './scope.js';
import { ServerBlock } from './server-block.js';
import {
  closedRoute,
  routesOf,
  type ImportedRoute,
  type RefusedPlace,
  type RouteOptions,
} from './server-routes.js';
import { upstreamGroupsOf } from './upstream-groups.js';
import { mapsOf, Variables } from './variables.js';

export interface TranslateOptions extends Omit<RouteOptions, 'groups' | 'limits'> {
  /**
   * Whether the default server of a socket gets the host `*`; otherwise only one that says `default_server`.
   */
  hasAnyHost: boolean;
}

/** Translates the directives of `http` into routes. */
export function translate(http: readonly Directive[], options: TranslateOptions): ImportedRoute[] {
  const { findings } = options;
  const scope = new Scope(http, null);
  const groups = upstreamGroupsOf(http, findings);
  const limits = new ConnectionLimits(http, findings);
  const variables = new Variables(mapsOf(http));
  const servers = scope.own('server').map((directive) => new ServerBlock(directive, scope, findings));
  hintAtListens(servers, findings);
  const routes: ImportedRoute[] = [];
  const closed: RefusedPlace[] = [];
  for (const [host, candidates] of candidatesByHost(servers, options.hasAnyHost)) {
    const all = candidates.map((server) => ({
      server,
      routes: routesOf(server, host, variables, { ...options, groups, limits }),
    }));
    const [first, ...others] = all.filter((each) => each.routes.length > 0);
    routes.push(...(first?.routes ?? []));
    for (const { server } of others) {
      findings.warn(server.directive, `another server has the host "${host}", and a route has no port`);
    }
    const [candidate] = candidates;
    if (first === undefined && candidate !== undefined) {
      const whole = { path: '/', pathType: 'prefix' as const, about: candidate.directive };
      closed.push({ host, ...whole, isUnavailable: candidate.isUnavailable(host, variables) });
    }
  }
  limits.warnOfSharedCounts();
  return [...routes, ...closedHosts(closed, routes)];
}

/** For each host pattern the servers that nginx could choose on one of its sockets, `*` last. */
function candidatesByHost(servers: readonly ServerBlock[], hasAnyHost: boolean): Map<string, ServerBlock[]> {
  const candidates = new Map<string, ServerBlock[]>();
  const add = (host: string, server: ServerBlock): void => {
    const known = candidates.get(host);
    if (known === undefined) candidates.set(host, [server]);
    else if (!known.includes(server)) known.push(server);
  };
  for (const server of servers) for (const host of server.hosts) add(host, server);
  for (const server of defaultServers(servers, hasAnyHost)) add('*', server);
  return candidates;
}

/**
 * The server of each socket that gets the hosts which no name matches: the first
 * one, unless one says that it is.
 */
function defaultServers(servers: readonly ServerBlock[], hasAnyHost: boolean): ServerBlock[] {
  const bySocket = new Map<string, { server: ServerBlock; isDefault: boolean }>();
  for (const server of servers) {
    for (const { socket, isDefault, ...place } of server.listens) {
      if (socket === null) continue;
      const known = bySocket.get(socket);
      if (isDefault && known?.isDefault === true) {
        throw new ConfigFault(place, `a duplicate default server for ${socket.replace('*', '0.0.0.0')}`);
      }
      if (known === undefined || isDefault) bySocket.set(socket, { server, isDefault });
    }
  }
  const chosen = [...bySocket.values()].filter(
    ({ server, isDefault }) => isDefault || hasAnyHost || server.hosts.length === 0,
  );
  return chosen.map(({ server }) => server);
}

/** A host without an open place must not fall to the routes of a pattern that is wider. */
function closedHosts(hosts: readonly RefusedPlace[], routes: readonly ImportedRoute[]): ImportedRoute[] {
  const open = new Set(routes.map(({ route }) => route.match.host ?? '*'));
  return hosts
    .filter(({ host }) => host !== '*' && [...open].some((wider) => isWider(wider, host)))
    .map((refused) => {
      const { file, line } = refused.about.place;
      return { file, line, route: closedRoute(refused) };
    });
}

function isWider(pattern: string, host: string): boolean {
  return pattern === '*' || (pattern.startsWith('*.') && host.endsWith(pattern.slice(1)));
}

function hintAtListens(servers: readonly ServerBlock[], findings: Findings): void {
  for (const { listens } of servers) {
    for (const { port, isTls, ...place } of listens) {
      const about = { name: 'listen', place };
      if (port === null) findings.warn(about, 'a gateway listens on addresses with a port');
      else {
        const setting = isTls ? 'SLUICE_GATEWAY_TLS_LISTEN' : 'SLUICE_GATEWAY_LISTEN';
        findings.hint(about, `routes have no port: ${setting}=0.0.0.0:${port} makes a gateway listen here`);
      }
    }
  }
}
