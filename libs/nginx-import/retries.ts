import type { Findings } from './findings.js';
import type { RouteFields } from './route-document.js';
import { argument, type Scope } from './scope.js';

/**
 * The conditions after which a route always retries. `non_idempotent` applies only to methods other than
 * GET.
 */
const retried = new Set([
  ...['error', 'timeout', 'invalid_header', 'http_502', 'http_503', 'http_504', 'non_idempotent'],
]);
const maxAttempts = 2;

/** Translates `proxy_next_upstream` and its bounds. */
export function retriesOf(scope: Scope, findings: Findings): Pick<RouteFields, 'retries'> {
  const causes = scope.one('proxy_next_upstream');
  const words = causes?.args.map(({ text }) => text) ?? [];
  if (words.includes('off')) return { retries: { attempts: 0 } };
  const others = words.filter((word) => !retried.has(word));
  if (causes !== null && others.length > 0) {
    findings.warn(
      causes,
      `"${others.join(' ')}" is not carried over: a route retries after no other status than 502 to 504`,
    );
  }
  const timeout = scope.one('proxy_next_upstream_timeout');
  if (timeout !== null && !/^0[a-z]*$/i.test(argument(timeout, 0))) {
    findings.warn(
      timeout,
      'this is not carried over: timeouts.handshakeMs bounds all tries of a handshake together',
    );
  }
  return attemptsOf(scope, findings);
}

function attemptsOf(scope: Scope, findings: Findings): Pick<RouteFields, 'retries'> {
  const tries = scope.one('proxy_next_upstream_tries');
  // 0 means no limit, and the first try counts.
  const attempts = tries === null ? 0 : Number(argument(tries, 0)) - 1;
  if (tries === null || attempts === maxAttempts) return {};
  if (attempts >= 0 && attempts < maxAttempts) return { retries: { attempts } };
  findings.hint(tries, 'a handshake is tried at two other upstreams at most');
  return {};
}
