import type { Content } from './content.js';
import type { Findings } from './findings.js';
import type { RouteFields } from './route-document.js';
import { argument, type Scope } from './scope.js';

type Proxied = Extract<Content, { kind: 'proxy' }>;
type OrdinaryFields = Pick<RouteFields, 'http' | 'maxRequestBytes'>;

// Directives by which nginx may answer a page differently from a handshake at the same place.
const deciding = ['if', 'try_files', 'limit_except', 'error_page'];

const asNginx =
  'ordinary requests are forwarded, too, as in nginx, since Connection depends on the Upgrade of the client; bodies and answers are not buffered';

// nginx forwards them as well, but with "Connection: upgrade" and no Upgrade, which servers handle
// differently. Such a location was not written for pages.
const ordinaryToo =
  'nginx forwards ordinary requests here, too; a route does so with "http": "proxy", and refuses them otherwise';

/**
 * The fields for requests that ask for no WebSocket. They are forwarded only where nginx always
 * forwards them, and where its configuration is written for both: with a `Connection` that depends on
 * `Upgrade`.
 */
export function ordinaryFieldsOf(
  content: Proxied,
  { scope: ofLocation, servesBoth }: { scope: Scope; servesBoth: boolean },
  findings: Findings,
): OrdinaryFields {
  const { pass, scope, guard, move } = content;
  const isDecided = deciding.some((name) => isInForce(scope, name));
  if (!servesBoth || isDecided || guard !== null || move !== null || scope !== ofLocation) {
    findings.hint(pass, ordinaryToo);
    return {};
  }
  findings.hint(pass, asNginx);
  return { http: 'proxy', maxRequestBytes: maxBodyOf(scope, findings) };
}

function isInForce(scope: Scope, name: string): boolean {
  return scope.own(name).length > 0 || (scope.parent !== null && isInForce(scope.parent, name));
}

const defaultMaxBody = 1024 * 1024;
const units: Readonly<Record<string, number>> = { '': 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3 };

function maxBodyOf(scope: Scope, findings: Findings): number | null {
  const directive = scope.one('client_max_body_size');
  if (directive === null) return defaultMaxBody;
  const text = argument(directive, 0);
  const [, digits = '', unit = ''] = /^([0-9]{1,9})([kmg]?)$/i.exec(text) ?? [];
  if (digits === '') {
    findings.warn(directive, `"${text}" is not carried over: expected a size like 8m`);
    return defaultMaxBody;
  }
  const bytes = Number(digits) * (units[unit.toLowerCase()] ?? 1);
  return bytes === 0 ? null : bytes;
}
