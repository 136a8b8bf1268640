import { ConfigFault } from './config-fault.js';
import type { Findings } from './findings.js';
import type { Directive } from './parser.js';
import { argument } from './scope.js';

/** One `server` of an upstream block. */
export interface GroupServer {
  /** Host and port; without a port it is 80, whatever the scheme. */
  authority: string;
  weight: number;
  isBackup: boolean;
  isDown: boolean;
}

/** An `upstream` block, as far as routes can have it. */
export interface UpstreamGroup {
  name: string;
  servers: GroupServer[];
}

const noEffect: Readonly<Record<string, string>> = {
  keepalive: 'a WebSocket has a connection of its own, so there are none to reuse',
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
  for (const each of directive.block ?? []) {
    if (each.name === 'server') servers.push(...serversOf(each, findings));
    else findings.warn(each, noEffect[each.name] ?? 'this is not carried over: upstreams are taken in turns');
  }
  if (!(directive.block ?? []).some((each) => each.name === 'server')) {
    throw new ConfigFault(directive.place, `no servers are inside upstream "${name}"`);
  }
  return { name, servers };
}

function serversOf(directive: Directive, findings: Findings): GroupServer[] {
  const address = argument(directive, 0);
  if (address.startsWith('unix:')) {
    findings.warn(directive, 'an upstream has a host and a port; a socket of this machine cannot be dialed');
    return [];
  }
  const server: GroupServer = { authority: withPort(address), weight: 1, isBackup: false, isDown: false };
  for (const { text } of directive.args.slice(1)) {
    const weight = /^weight=([0-9]+)$/.exec(text)?.[1];
    if (weight !== undefined) server.weight = Number(weight);
    else if (text === 'backup') server.isBackup = true;
    else if (text === 'down') server.isDown = true;
    else findings.warn(directive, `"${text}" is not carried over`);
  }
  return [server];
}

function withPort(address: string): string {
  return /:[0-9]+$/.test(address) ? address : `${address}:80`;
}
