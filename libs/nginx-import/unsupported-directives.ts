import type { Findings } from './findings.js';
import type { Directive } from './parser.js';
import { argument } from './scope.js';

const http = 'it is about ordinary HTTP requests, and Sluice proxies WebSockets';
const process = 'it is about the processes of nginx; those of Sluice have settings';
const files = 'Sluice serves no files';
const relayed = 'Sluice relays frames as they come, and stores none';
const tls = 'TLS with clients is set for a gateway, and not for a host';

/** Why a directive is not carried over, by its name, or by its start. The first that fits is taken. */
const reasons: readonly [names: RegExp, reason: string][] = [
  [/^(?:stream|mail)$/, 'only directives inside "http" are carried over'],
  [/^(?:user|pid|daemon|master_process|events|load_module|env|pcre_jit|thread_pool|lock_file)$/, process],
  [/^(?:worker_|timer_resolution$|working_directory$|multi_accept$|use$|accept_mutex|debug_)/, process],
  [/^(?:error_log|access_log|log_|open_log_file_cache$|rewrite_log$)/, 'Sluice has its own log'],
  [/^(?:root|index|alias|autoindex|random_index|types|default_type|etag|expires|if_modified_since)$/, files],
  [/^(?:sendfile|aio|directio|open_file_cache|charset|ssi|disable_symlinks|absolute_redirect)/, files],
  [/^(?:gzip|gunzip|brotli|zstd)/, 'messages are compressed by client and upstream, which agree on it'],
  [/^proxy_(?:cache|store|temp|buffer|busy_buffers|max_temp|request_buffering|force_ranges)/, relayed],
  [/^(?:fastcgi|uwsgi|scgi|grpc|memcached|perl|js)_/, http],
  [/^(?:keepalive|lingering|client_|send_|large_client|request_pool|connection_pool|output_buffers)/, http],
  [/^(?:postpone_output|reset_timedout|ignore_invalid|underscores_in|merge_slashes|chunked_)/, http],
  [/^(?:server_tokens|server_name_in|port_in_redirect|types_hash|server_names_hash|variables_hash)/, http],
  [/^(?:map_hash|max_ranges|msie|recursive_error|error_page|sub_filter|addition|http2|http3|quic)/, http],
  [/^(?:tcp_nopush|tcp_nodelay|limit_rate|proxy_limit_rate|preread|image_filter|mirror)/, http],
  [/^(?:proxy_cookie_flags|proxy_pass_header|proxy_ignore|proxy_intercept)/, http],
  [/^(?:proxy_method|proxy_set_body|proxy_pass_request|proxy_headers_hash|proxy_http_version)/, http],
  [/^add_trailer$/, http],
  [/^proxy_(?:bind|socket)/, 'Sluice dials from the address that the system chooses'],
  [/^ssl_/, tls],
  [/^resolver/, 'name servers are those of SLUICE_DNS_SERVERS, or of the system'],
  [/^(?:set_real_ip_from|real_ip_)/, 'proxies in front are named in SLUICE_TRUSTED_PROXIES'],
  [/^limit_req/, 'the rate of handshakes is limits.connectionsPerSecond of the tenant'],
  [/^limit_conn_/, 'the gateway answers with 429, and logs as its own settings say'],
  [
    /^(?:geo|geoip|geoip2|split_clients|perl_set|userid|secure_link|valid_referers|referer)/,
    'its variables depend on the request',
  ],
  [/^satisfy$/, 'a route asks for one kind of credential'],
  [/^(?:stub_status|status|api)$/, 'the metrics of a gateway are at /metrics of its admin listener'],
];

const unknown = 'Sluice does not know this directive';

/** Directives that routes support, and those whose readers report what routes do not support. */
const carriedOver: ReadonlySet<string> = new Set([
  ...['http', 'server', 'location', 'upstream', 'map', 'if', 'listen', 'server_name'],
  ...['set', 'rewrite', 'return', 'break', 'try_files', 'proxy_pass', 'proxy_set_header', 'limit_except'],
  ...['add_header', 'proxy_hide_header', 'limit_conn', 'limit_conn_zone'],
  ...['allow', 'deny', 'auth_basic', 'auth_basic_user_file', 'auth_request', 'ssl_verify_client'],
  ...['proxy_connect_timeout', 'proxy_read_timeout', 'proxy_send_timeout'],
  ...['proxy_redirect', 'proxy_cookie_path', 'proxy_cookie_domain'],
  ...['proxy_next_upstream', 'proxy_next_upstream_tries', 'proxy_next_upstream_timeout'],
  ...['proxy_ssl_verify', 'proxy_ssl_name', 'proxy_ssl_server_name', 'proxy_ssl_trusted_certificate'],
  ...['proxy_ssl_certificate', 'proxy_ssl_certificate_key'],
]);
// The blocks in which other directives stand. Those of `upstream` are reported where it is read.
const containers: ReadonlySet<string> = new Set(['http', 'server', 'location', 'if']);

/** Warns of each directive that has no effect on routes, with the reason. */
export function warnOfUnsupported(directives: readonly Directive[], findings: Findings): void {
  for (const directive of directives) {
    const { name, block } = directive;
    if (carriedOver.has(name)) {
      if (block !== null && containers.has(name)) warnOfUnsupported(block, findings);
    } else if (name === 'ssl_certificate' || name === 'ssl_certificate_key') {
      findings.hint(directive, 'gateways take certificates from the folder of SLUICE_TLS_CERTIFICATES');
    } else if (name === 'client_max_body_size') {
      findings.hint(
        directive,
        'maxRequestBytes of a route with "http": "proxy" limits bodies of ordinary requests, maxMessageBytes of the tenant messages',
      );
    } else if (!isAsInSluice(directive)) {
      const reason = reasons.find(([names]) => names.test(name))?.[1] ?? unknown;
      findings.warn(directive, `"${name}" is not carried over: ${reason}`);
    }
  }
}

// Directives that, with this value, say what Sluice does in any case.
const asInSluice: Readonly<Record<string, string>> = {
  proxy_http_version: '1.1',
  tcp_nodelay: 'on',
  proxy_buffering: 'off',
  proxy_request_buffering: 'off',
  proxy_cache: 'off',
  proxy_intercept_errors: 'off',
  gzip: 'off',
};

function isAsInSluice(directive: Directive): boolean {
  if (directive.name === 'events') return directive.block?.length === 0;
  return asInSluice[directive.name] === argument(directive, 0);
}
