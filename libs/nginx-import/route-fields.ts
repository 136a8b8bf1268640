import { answerMappingOf } from './answer-mapping.js';
import type { Content } from './content.js';
import { durationMs } from './durations.js';
import type { Findings } from './findings.js';
import { ordinaryFieldsOf } from './ordinary-requests.js';
import { changeAfterMove, changeByUri, unchanged, type PathChange } from './path-changes.js';
import { proxyTargetOf, type ProxyTarget, type TargetOptions } from './proxy-target.js';
import { requestHeadersOf } from './request-headers.js';
import { responseHeadersOf } from './response-headers.js';
import { retriesOf } from './retries.js';
import type { RouteFields } from './route-document.js';
import { argument, type Scope } from './scope.js';

type Proxied = Extract<Content, { kind: 'proxy' }>;

/**
 * The fields of a route for a location that proxies, without its match; a text is the reason why there are
 * none.
 */
export function routeFieldsOf(
  content: Proxied,
  location: { kind: 'exact' | 'prefix' | 'regex'; path: string; scope: Scope },
  options: TargetOptions & { files: ReadonlyMap<string, string> },
): Omit<RouteFields, 'match'> | string {
  const { pass, scope, variables } = content;
  const { findings } = options;
  const target = proxyTargetOf(pass, variables, options);
  if (typeof target === 'string') return target;
  const change = pathChangeOf(content, location, target);
  if (change === null) {
    return 'it puts its URI in the place of a part of a segment, and a route replaces whole segments';
  }
  const headers = requestHeadersOf(scope, variables, target, findings);
  const { isUpgraded, servesBoth, upstreamHost, set, remove } = headers;
  if (!isUpgraded) return noUpgrade;
  const ordinary = ordinaryFieldsOf(content, { scope: location.scope, servesBoth }, findings);
  const responseHeaders = responseHeadersOf(scope, variables, findings);
  const version = scope.one('proxy_http_version');
  if (version === null || argument(version, 0) !== '1.1') findings.hint(pass, noVersion);
  return {
    upstreams: target.upstreams.map((upstream) => ({
      ...upstream,
      url: `${upstream.url}${change.basePath}`,
    })),
    ...target.balancing,
    ...target.ejection,
    ...retriesOf(scope, findings),
    ...rewriteOf(change, answerMappingOf(scope, { path: location.path, change, target }, findings)),
    ...(upstreamHost === 'client' && { upstreamHost }),
    ...(isChange({ set, remove }) && { requestHeaders: { set, remove } }),
    ...(isChange(responseHeaders) && { responseHeaders }),
    ...ordinary,
    ...timeoutsOf(scope, ordinary.http === 'proxy', findings),
    ...(target.isTls && { upstreamTls: upstreamTlsOf(content, options) }),
    ...accessOf(content, findings),
  };
}

function rewriteOf(
  { stripPrefix }: PathChange,
  mapping: ReturnType<typeof answerMappingOf>,
): Pick<RouteFields, 'rewrite'> {
  const rewrite = { ...(stripPrefix && { stripPrefix }), ...mapping };
  return Object.keys(rewrite).length > 0 ? { rewrite } : {};
}

function isChange({ set, remove }: { set: object; remove: readonly string[] }): boolean {
  return remove.length > 0 || Object.keys(set).length > 0;
}

const noUpgrade =
  'it does not pass on "Upgrade $http_upgrade" and "Connection upgrade", so nginx lets no WebSocket through';

const noVersion =
  'without "proxy_http_version 1.1", WebSockets fail in nginx before 1.29.7; through the route they work';

function pathChangeOf(
  { change, move }: Proxied,
  { kind, path }: { kind: 'exact' | 'prefix' | 'regex'; path: string },
  { uri, isWholeUri }: ProxyTarget,
): PathChange | null {
  if (move !== null) {
    const inner = uri === null ? unchanged : isWholeUri ? null : changeByUri('prefix', move.into, uri);
    return inner === null ? null : changeAfterMove(path, move.to, move.into, inner);
  }
  // nginx ignores the URI once a rewrite has changed the path.
  if (change !== null || uri === null) return change ?? unchanged;
  if (kind === 'regex' || (isWholeUri && kind === 'prefix')) return null;
  return changeByUri(kind, path, uri);
}

// Bounds of the contract.
const maxTimeoutMs = 600_000;
const maxResponseMs = 3_600_000;
const maxIdleMs = 2_000_000_000;

function timeoutsOf(scope: Scope, isOrdinary: boolean, findings: Findings): Pick<RouteFields, 'timeouts'> {
  const connectMs = timeOf(scope, 'proxy_connect_timeout', findings);
  const readMs = timeOf(scope, 'proxy_read_timeout', findings);
  const sendMs = timeOf(scope, 'proxy_send_timeout', findings);
  const idleMs = readMs === null ? null : Math.max(readMs, sendMs ?? 0);
  const timeouts = {
    ...(connectMs !== null && { connectMs: Math.min(connectMs, maxTimeoutMs) }),
    ...(readMs !== null && { handshakeMs: Math.min(readMs, maxTimeoutMs) }),
    ...(readMs !== null && isOrdinary && { responseMs: Math.min(readMs, maxResponseMs) }),
    ...(idleMs !== null && { idleMs: Math.min(idleMs, maxIdleMs) }),
  };
  return Object.keys(timeouts).length > 0 ? { timeouts } : {};
}

function timeOf(scope: Scope, name: string, findings: Findings): number | null {
  const directive = scope.one(name);
  if (directive === null) return null;
  const time = durationMs(argument(directive, 0));
  if (time !== null && time > 0) return time;
  findings.warn(directive, `"${argument(directive, 0)}" is not carried over: expected a time like 60s`);
  return null;
}

function upstreamTlsOf(
  { pass, scope, variables }: Proxied,
  { findings, files }: { findings: Findings; files: ReadonlyMap<string, string> },
): RouteFields['upstreamTls'] {
  const isVerified = scope.one('proxy_ssl_verify');
  const verify = isVerified !== null && argument(isVerified, 0) === 'on';
  if (!verify) {
    findings.hint(
      pass,
      'as in nginx, the certificate of the upstream is not verified; upstreamTls.verify does that',
    );
  }
  const name = scope.one('proxy_ssl_name');
  const serverName = name === null ? null : variables.constant(argument(name, 0));
  const ca = scope.one('proxy_ssl_trusted_certificate');
  const caText = ca === null ? undefined : files.get(argument(ca, 0));
  if (ca !== null && caText === undefined) {
    findings.warn(ca, 'the file is not among the files; upstreamTls.ca takes its text');
  }
  for (const each of ['proxy_ssl_certificate', 'proxy_ssl_certificate_key']) {
    const directive = scope.one(each);
    if (directive !== null)
      findings.warn(directive, 'upstreamTls.clientCertificate and clientKey take the text');
  }
  return { verify, ...(serverName !== null && { serverName }), ...(caText !== undefined && { ca: caText }) };
}

/**
 * nginx asks WebSockets for no key. Where it closes a place to some, and a route cannot, a key is asked for.
 */
function accessOf(
  { scope, guard }: Proxied,
  findings: Findings,
): Pick<RouteFields, 'auth' | 'clientCertificate'> {
  const guards = guard === null ? [] : [guard];
  for (const name of ['auth_basic', 'auth_request']) {
    const directive = scope.one(name);
    if (directive !== null && argument(directive, 0) !== 'off') guards.push(directive);
  }
  guards.push(...scope.inForce('allow', 'deny').filter(({ name }) => name === 'deny'));
  // It holds for all other methods than those that it names.
  guards.push(...scope.own('limit_except').filter(({ args }) => !args.some(({ text }) => text === 'GET')));
  for (const directive of guards) {
    findings.warn(
      directive,
      `"${directive.name}" is not carried over; in its place, the route asks for an API key`,
    );
  }
  const certificate = scope.one('ssl_verify_client');
  const isRequired = certificate !== null && argument(certificate, 0) === 'on';
  return {
    auth: { mode: guards.length > 0 ? 'apiKey' : 'none' },
    ...(isRequired && { clientCertificate: 'required' }),
  };
}
