/** Where directives stand. nginx has one context more for each kind of `if`. */
export type Context =
  | 'main'
  | 'events'
  | 'http'
  | 'server'
  | 'location'
  | 'server if'
  | 'location if'
  | 'limit_except'
  | 'upstream'
  /** In a `map`, a `geo` and similar blocks: each line is an entry, not a directive. */
  | 'entries';

export interface KnownDirective {
  in: readonly Context[];
  /** How many arguments nginx takes. */
  args: readonly [min: number, max: number];
  /** The context of its block; null: it has none. */
  block: Context | null;
  /** Whether nginx refuses a second one in the same block. */
  isOnce: boolean;
}

const everywhere: readonly Context[] = ['http', 'server', 'location'];
const inServers: readonly Context[] = ['http', 'server'];
const inRewriting: readonly Context[] = ['server', 'location', 'server if', 'location if'];
const any = Number.MAX_SAFE_INTEGER;

/** The directives whose place and arguments are checked as nginx does; the others are not carried over. */
export function knownDirective(name: string, context: Context): KnownDirective | null {
  const found = name === 'server' && context === 'upstream' ? serverOfUpstream : directives.get(name);
  return found ?? null;
}

const serverOfUpstream = line(['upstream'], 1, any);

const directives: ReadonlyMap<string, KnownDirective> = new Map([
  ['events', block('events', ['main'], 0)],
  ['http', block('http', ['main'], 0)],
  ['server', block('server', ['http'], 0)],
  ['location', block('location', ['server', 'location'], 1, 2)],
  ['upstream', block('upstream', ['http'], 1)],
  ['map', block('entries', ['http'], 2)],
  ['geo', block('entries', ['http'], 1, 2)],
  ['split_clients', block('entries', ['http'], 2)],
  ['types', block('entries', everywhere, 0)],
  ['limit_except', block('limit_except', ['location'], 1, any)],
  ['listen', line(['server'], 1, any)],
  ['server_name', line(['server'], 1, any)],
  ['set', line(inRewriting, 2)],
  ['rewrite', line(inRewriting, 2, 3)],
  ['return', line(inRewriting, 1, 2)],
  ['break', line(inRewriting, 0)],
  ['try_files', line(['server', 'location'], 2, any, true)],
  ['proxy_pass', line(['location', 'location if', 'limit_except'], 1, 1, true)],
  ['proxy_set_header', line(everywhere, 2)],
  ['add_header', line([...everywhere, 'location if'], 2, 3)],
  ['proxy_hide_header', line(everywhere, 1)],
  ['allow', line([...everywhere, 'limit_except'], 1)],
  ['deny', line([...everywhere, 'limit_except'], 1)],
  ['proxy_next_upstream', line(everywhere, 1, any, true)],
  ['proxy_redirect', line(everywhere, 1, 2)],
  ['proxy_cookie_path', line(everywhere, 1, 2)],
  ['proxy_cookie_domain', line(everywhere, 1, 2)],
  ['limit_conn', line(everywhere, 2)],
  ['limit_conn_zone', line(['http'], 2)],
  ['auth_basic', line([...everywhere, 'limit_except'], 1, 1, true)],
  ['auth_basic_user_file', line([...everywhere, 'limit_except'], 1, 1, true)],
  ['auth_request', line(everywhere, 1, 1, true)],
  ['ssl_certificate', line(inServers, 1)],
  ['ssl_certificate_key', line(inServers, 1)],
  ['least_conn', line(['upstream'], 0)],
  ['ip_hash', line(['upstream'], 0)],
  ['hash', line(['upstream'], 1, 2)],
  ['random', line(['upstream'], 0, 2)],
  ['keepalive', line(['upstream'], 1)],
  ['zone', line(['upstream'], 1, 2)],
  ...once(everywhere, [
    ...['proxy_http_version', 'proxy_buffering', 'proxy_request_buffering', 'tcp_nodelay'],
    ...['proxy_connect_timeout', 'proxy_read_timeout', 'proxy_send_timeout', 'client_max_body_size'],
    ...['proxy_ssl_verify', 'proxy_ssl_name', 'proxy_ssl_server_name', 'proxy_ssl_trusted_certificate'],
    ...['proxy_ssl_certificate', 'proxy_ssl_certificate_key', 'satisfy', 'proxy_intercept_errors'],
    ...['proxy_next_upstream_tries', 'proxy_next_upstream_timeout'],
  ]),
  ...once(inServers, ['ssl_verify_client', 'ssl_client_certificate']),
]);

/** A separate file, as `http` includes it, may contain directives of `http`. */
export function isOfHttp(name: string): boolean {
  return directives.get(name)?.in.includes('http') ?? false;
}

function line(contexts: readonly Context[], min: number, max = min, isOnce = false): KnownDirective {
  return { in: contexts, args: [min, max], block: null, isOnce };
}

function block(context: Context, contexts: readonly Context[], min: number, max = min): KnownDirective {
  return { in: contexts, args: [min, max], block: context, isOnce: false };
}

function once(contexts: readonly Context[], names: readonly string[]): [string, KnownDirective][] {
  return names.map((name) => [name, line(contexts, 1, 1, true)]);
}
