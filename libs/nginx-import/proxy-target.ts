import type { Balancing } from './balancing.js';
import type { Findings } from './findings.js';
import type { Directive } from './parser.js';
import { argument } from './scope.js';
import { onlyServer, type UpstreamGroup } from './upstream-groups.js';
import type { Part, Variables } from './variables.js';

/** An upstream of a route; fields that have their default are left out. */
export interface TargetUpstream {
  url: string;
  weight?: number;
  state?: 'down';
  backup?: true;
  maxConnections?: number;
}

/** The target of a `proxy_pass`. */
export interface ProxyTarget {
  upstreams: TargetUpstream[];
  isTls: boolean;
  /** How one of them is chosen. */
  balancing: Balancing;
  /** When a failing upstream is ejected. */
  ejection: UpstreamGroup['ejection'];
  /** The authority as it is written, which nginx sends as Host unless that is set. */
  host: string;
  /** Whether that is the name of an `upstream` block. */
  isGroup: boolean;
  /** The path and query in the directive; null: those of the request go upstream. */
  uri: string | null;
  /** Whether `uri` replaces the whole path, and not only that of the location. */
  isWholeUri: boolean;
}

export interface TargetOptions {
  groups: ReadonlyMap<string, UpstreamGroup>;
  /** Other authorities for those in the configuration. */
  upstreamHosts: ReadonlyMap<string, string>;
  findings: Findings;
}

/** Reads the argument of `proxy_pass`. Answers with why, where it cannot be carried over. */
export function proxyTargetOf(
  directive: Directive,
  variables: Variables,
  options: TargetOptions,
): ProxyTarget | string {
  const value = argument(directive, 0);
  const text = textOf(withoutRequestUri(variables.parts(value)));
  if (text === null) return 'the upstream depends on the request, and a route names its upstreams';
  const [, scheme, authority = '', uri = ''] = /^(https?):\/\/([^/?]*)(.*)$/s.exec(text) ?? [];
  if (scheme === undefined) return 'it is no URL that begins with http:// or https://';
  if (authority.startsWith('unix:')) {
    return 'an upstream needs a host and a port; a Unix socket cannot be dialed';
  }
  if (uri.includes('?')) return 'the URL of an upstream has no query';
  const isTls = scheme === 'https';
  const group = options.groups.get(authority);
  const servers = group?.servers ?? [onlyServer(authority)];
  if (servers.length === 0) return 'no server of the upstream could be carried over';
  return {
    upstreams: servers.map((server) => ({
      url: `${scheme}://${mapped(server.authority, options.upstreamHosts)}`,
      ...(server.weight !== 1 && { weight: server.weight }),
      ...(server.isDown && { state: 'down' }),
      ...(server.isBackup && { backup: true }),
      ...(server.maxConnections !== null && { maxConnections: server.maxConnections }),
    })),
    isTls,
    balancing: group?.balancing ?? {},
    ejection: group?.ejection ?? {},
    host: authority,
    isGroup: group !== undefined,
    uri: uri === '' ? null : uri,
    isWholeUri: value.includes('$'),
  };
}

/** `$request_uri`, or `$uri$is_args$args`, after the authority is what goes upstream anyway. */
function withoutRequestUri(parts: Part[]): Part[] {
  const names = parts.map((part) => ('variable' in part ? part.variable : ''));
  if (names.at(-1) === 'request_uri') return parts.slice(0, -1);
  const [uri, isArgs, query = ''] = names.slice(-3);
  const isWhole = uri === 'uri' && isArgs === 'is_args' && ['args', 'query_string'].includes(query);
  return isWhole ? parts.slice(0, -3) : parts;
}

function textOf(parts: readonly Part[]): string | null {
  const texts = parts.map((part) => ('text' in part ? part.text : null));
  return texts.includes(null) ? null : texts.join('');
}

/** An authority is named as it is written, or without its port. */
function mapped(authority: string, hosts: ReadonlyMap<string, string>): string {
  const [, host = '', port = ''] = /^(.*?)(:[0-9]+)?$/.exec(authority) ?? [];
  const whole = hosts.get(authority);
  if (whole !== undefined) return whole;
  const other = hosts.get(host);
  if (other === undefined) return authority;
  return /:[0-9]+$/.test(other) ? other : `${other}${port}`;
}
