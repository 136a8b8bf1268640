import { balancingOf, type Balancing } from './balancing.js';
import { ConfigFault } from './config-fault.js';
import type { Findings } from './findings.js';
import type { Directive } from './parser.js';
import { ejectionOf, readFailureRule, type FailureRule } from './outlier-ejection.js';
import type { RouteFields } from './route-document.js';
import { argument } from './scope.js';

/** One `server` of an upstream block. */
export interface GroupServer extends FailureRule {
  /** Host and port; without a port it is 80, for any scheme. */
  authority: string;
  weight: number;
  isBackup: boolean;
  isDown: boolean;
  /** Null means no limit. */
  maxConnections: number | null;
}

/** An `upstream` block, as far as routes can have it. */
export interface UpstreamGroup {
  name: string;
  servers: GroupServer[];
  balancing: Balancing;
  ejection: Pick<RouteFields, 'outlierEjection'>;
}

const noEffect: Readonly<Record<string, string>> = {
  keepalive: 'each WebSocket has a separate connection, so there are none to reuse',
  zone: 'the processes of a gateway share what they need by themselves',
};

/** The groups of `http` by name. */
export function upstreamGroupsOf(
  directives: readonly Directive[],
  findings: Findings,
): Map<string, UpstreamGroup> {
  const groups = new Map<string, UpstreamGroup>();
  for (const directive of directives.filter(({ name }) => name === 'upstream')) {
    const name = argument(directive, 0);
    if (groups.has(name)) throw new ConfigFault(directive.place, `duplicate upstream "${name}"`);
    groups.set(name, groupOf(directive, name, findings));
  }
  return groups;
}

function groupOf(directive: Directive, name: string, findings: Findings): UpstreamGroup {
  const servers: GroupServer[] = [];
  let balancing: Balancing = {};
  for (const each of directive.block ?? []) {
    const chosen = balancingOf(each, findings);
    if (chosen !== null) balancing = chosen;
    else if (each.name === 'server') servers.push(...serversOf(each, findings));
    else
      findings.warn(
        each,
        noEffect[each.name] ?? `"${each.name}" is not carried over: routes have no such setting`,
      );
  }
  if (!(directive.block ?? []).some((each) => each.name === 'server')) {
    throw new ConfigFault(directive.place, `no servers are inside upstream "${name}"`);
  }
  const ejection = ejectionOf(servers, directive, findings);
  return { name, servers: withoutRepeated(servers), balancing, ejection };
}

function serversOf(directive: Directive, findings: Findings): GroupServer[] {
  const address = argument(directive, 0);
  if (address.startsWith('unix:')) {
    findings.warn(directive, 'an upstream needs a host and a port; a Unix socket cannot be dialed');
    return [];
  }
  const server = onlyServer(withPort(address));
  for (const { text } of directive.args.slice(1)) {
    const weight = /^weight=([0-9]+)$/.exec(text)?.[1];
    const maxConnections = /^max_conns=([0-9]+)$/.exec(text)?.[1];
    if (weight !== undefined) server.weight = Number(weight);
    // 0 means no limit.
    else if (maxConnections !== undefined) server.maxConnections = Number(maxConnections) || null;
    else if (text === 'backup') server.isBackup = true;
    else if (text === 'down') server.isDown = true;
    else if (!readFailureRule(server, text)) findings.warn(directive, `"${text}" is not carried over`);
  }
  return [server];
}

/** A server without parameters. */
export function onlyServer(authority: string): GroupServer {
  return {
    ...{ authority, weight: 1, isBackup: false, isDown: false },
    ...{ maxConnections: null, maxFailures: null, failTimeoutMs: null },
  };
}

/** A route has each upstream once; one that is there twice gets the handshakes of both. */
function withoutRepeated(servers: readonly GroupServer[]): GroupServer[] {
  const byAuthority = new Map<string, GroupServer>();
  for (const server of servers) {
    const known = byAuthority.get(server.authority);
    if (known === undefined) byAuthority.set(server.authority, server);
    else {
      known.weight += server.weight;
      known.maxConnections = sumOf(known.maxConnections, server.maxConnections);
    }
  }
  return [...byAuthority.values()];
}

function sumOf(one: number | null, other: number | null): number | null {
  return one === null || other === null ? null : one + other;
}

function withPort(address: string): string {
  return /:[0-9]+$/.test(address) ? address : `${address}:80`;
}
