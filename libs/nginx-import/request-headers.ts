import { escapeHeaderText, isReservedHeader } from '#libs/contract';
import type { Findings } from './findings.js';
import { headerValueOf } from './header-values.js';
import type { Directive } from './parser.js';
import type { ProxyTarget } from './proxy-target.js';
import { argument, type Scope } from './scope.js';
import { partsOf, type Variables } from './variables.js';

/** The effect of a location's header fields on a route. */
export interface RequestHeaders {
  /** Whether nginx passes handshakes on. Without `Upgrade` and `Connection` it takes them off. */
  isUpgraded: boolean;
  /** Whether `Connection` has no `upgrade` for a request without `Upgrade`. */
  servesBoth: boolean;
  upstreamHost: 'client' | 'upstream';
  set: Record<string, string>;
  remove: string[];
}

/** Reads the `proxy_set_header` directives that are in force. */
export function requestHeadersOf(
  scope: Scope,
  variables: Variables,
  target: ProxyTarget,
  findings: Findings,
): RequestHeaders {
  const reader = new HeaderReader(target, findings);
  for (const directive of scope.inForce('proxy_set_header')) {
    reader.read(directive, variables);
  }
  return reader.headers();
}

/** The client's address and scheme as the gateway itself reports them to upstreams. */
const reportedByGateway: Readonly<Record<string, readonly string[]>> = {
  'x-forwarded-for': ['proxy_add_x_forwarded_for', 'remote_addr'],
  'x-forwarded-proto': ['scheme', 'http_x_forwarded_proto'],
  'x-forwarded-host': ['host', 'http_host', 'http_x_forwarded_host'],
};

class HeaderReader {
  readonly #set: Record<string, string> = {};
  readonly #remove: string[] = [];
  readonly #constants = new Map<string, string | null>();
  #servesBoth = false;
  #upstreamHost: RequestHeaders['upstreamHost'] = 'upstream';

  constructor(
    private readonly target: ProxyTarget,
    private readonly findings: Findings,
  ) {}

  read(directive: Directive, variables: Variables): void {
    const [name, value] = [argument(directive, 0), argument(directive, 1)];
    const lower = name.toLowerCase();
    const constant = variables.constant(value);
    this.#constants.set(lower, constant);
    if (lower === 'connection') this.#servesBoth = isWithoutUpgrade(value, variables);
    if (lower === 'upgrade' || lower === 'connection') return;
    if (lower === 'host') this.#readHost(directive, value, variables);
    else if (isOwnValue(lower, value) || isReported(lower, value)) return;
    else if (isReservedHeader(name)) {
      this.findings.warn(
        directive,
        `"${name}" belongs to the connection or to the gateway, and stays as it is`,
      );
    } else if (constant === '') this.#remove.push(name);
    else {
      const template = headerValueOf(value, variables);
      if (template !== null) this.#set[name] = template;
      else this.findings.warn(directive, `"${name}" is not carried over: its value depends on the request`);
    }
  }

  headers(): RequestHeaders {
    if (!this.#constants.has('host')) this.#setGroupHost();
    const isUpgraded =
      this.#constants.get('upgrade')?.toLowerCase() === 'websocket' &&
      hasUpgrade(this.#constants.get('connection') ?? '');
    return {
      isUpgraded,
      servesBoth: this.#servesBoth,
      upstreamHost: this.#upstreamHost,
      set: this.#set,
      remove: this.#remove,
    };
  }

  #readHost(directive: Directive, value: string, variables: Variables): void {
    const template = headerValueOf(value, variables);
    if (value === '$http_host') this.#upstreamHost = 'client';
    else if (value === '$proxy_host') this.#setGroupHost();
    else if (template !== null && template !== '') this.#set['Host'] = template;
    else this.findings.warn(directive, 'this Host is not carried over; upstreams get that of their URL');
  }

  /** nginx sends the name of a group, and a route the host of the upstream that it dials. */
  #setGroupHost(): void {
    if (this.target.isGroup) this.#set['Host'] = escapeHeaderText(this.target.host);
  }
}

/** Whether a value of `Connection` has no `upgrade` for a request that asks for none. */
function isWithoutUpgrade(value: string, variables: Variables): boolean {
  const ordinary = variables.copy();
  ordinary.set('http_upgrade', '');
  ordinary.set('http_connection', '');
  const constant = ordinary.constant(value);
  return constant !== null && !hasUpgrade(constant);
}

function hasUpgrade(connection: string): boolean {
  return /(?:^|,)\s*upgrade\s*(?:,|$)/i.test(connection);
}

/** Whether a field is set to what the client sent, which goes upstream anyway. */
function isOwnValue(lowerName: string, value: string): boolean {
  return onlyVariable(value) === `http_${lowerName.replaceAll('-', '_')}`;
}

function isReported(lowerName: string, value: string): boolean {
  return reportedByGateway[lowerName]?.includes(onlyVariable(value) ?? '') ?? false;
}

function onlyVariable(value: string): string | null {
  const [part, ...others] = partsOf(value);
  return part !== undefined && others.length === 0 && 'variable' in part ? part.variable : null;
}
