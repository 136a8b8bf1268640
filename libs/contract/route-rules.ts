import { isIP } from 'node:net';
import type { z } from 'zod';
import { templateProblem } from './header-template.js';
import { refuseRepeated } from './repeated-items.js';
import { misplacedBalancing } from './route-balancing.js';
import { corsProblem, type RouteCors } from './route-cors.js';
import { refuseAmbiguousHeaders, type HeaderChanges } from './route-headers.js';
import { isPattern, pathParameterNames, type RouteMatch } from './route-match.js';
import { rsaKeyProblem } from './rsa-bounds.js';
import { upstreamId } from './upstream-id.js';
import { urlHostProblem } from './url-host.js';
import { fieldRules } from './field-rules.js';

/** The fields of a route that are checked here. */
interface WrittenRoute {
  match: RouteMatch;
  upstreams: readonly { url: string; discovery: string }[];
  balancing: string;
  hashKey: unknown;
  balanceFactor: number | null;
  slowStartMs: number | null;
  rewrite: { replacePrefix: string | null };
  requestHeaders: HeaderChanges;
  responseHeaders: HeaderChanges;
  auth: {
    jwt: {
      audience: readonly string[];
      jwksUrl: string | null;
      keys: readonly ({ kty: 'RSA'; n: string; e: string } | { kty: 'EC' | 'OKP' })[] | null;
      requiredClaims: Readonly<Record<string, string | number | boolean>>;
    } | null;
  };
  allowedOrigins: readonly string[] | null;
  cors: RouteCors | null;
}

/**
 * Refuses ambiguous routes, and keys that make a signature expensive to verify. It applies to new writes
 * only: gateways still accept routes that were stored or published before these rules existed.
 */
export function refuseAmbiguous(route: WrittenRoute, context: z.core.$RefinementCtx): void {
  const refuse = (path: PropertyKey[], message: string | null): void => {
    if (message !== null) context.addIssue({ code: 'custom', path, message });
  };
  for (const [index, { url, discovery }] of route.upstreams.entries()) {
    refuse(['upstreams', index, 'url'], urlHostProblem(url));
    if (discovery !== 'none') refuse(['upstreams', index, 'url'], discoveryProblem(url, discovery));
  }
  for (const index of repeatedUpstreams(route.upstreams)) {
    refuse(['upstreams', index, 'url'], fieldRules.upstream_repeated);
  }
  for (const { field, reason } of misplacedBalancing(route)) refuse([field], reason);
  const { match, rewrite, requestHeaders, responseHeaders, auth, allowedOrigins } = route;
  const parameters = pathParameterNames(match);
  if (isPattern(match) && rewrite.replacePrefix !== null) {
    refuse(['rewrite', 'replacePrefix'], templateProblem(rewrite.replacePrefix, parameters));
  }
  refuseAmbiguousHeaders(requestHeaders, context, { field: 'requestHeaders', parameters });
  refuseAmbiguousHeaders(responseHeaders, context, { field: 'responseHeaders', parameters });
  refuseRepeated(allowedOrigins ?? [], context, ['allowedOrigins']);
  refuse(['cors', 'allowCredentials'], corsProblem(route.cors, allowedOrigins));
  if (auth.jwt === null) return;
  const { audience, jwksUrl, keys, requiredClaims } = auth.jwt;
  refuseRepeated(audience, context, ['auth', 'jwt', 'audience']);
  if (jwksUrl !== null) refuse(['auth', 'jwt', 'jwksUrl'], urlHostProblem(jwksUrl));
  for (const [index, key] of (keys ?? []).entries()) {
    const problem = key.kty === 'RSA' ? rsaKeyProblem(key) : null;
    if (problem) refuse(['auth', 'jwt', 'keys', index, problem.member], problem.reason);
  }
  for (const [name, value] of Object.entries(requiredClaims)) {
    if (isInexact(value)) refuse(['auth', 'jwt', 'requiredClaims', name], inexactMessage);
  }
}

// An invalid URL is reported by the schema of the URL.
function discoveryProblem(url: string, discovery: string): string | null {
  if (!URL.canParse(url)) return null;
  const { hostname } = new URL(url);
  const isAddress = isIP(hostname.replace(/^\[(.*)\]$/, '$1')) !== 0;
  if (isAddress) return fieldRules.discovery_address;
  const hasPort = /^[a-z]+:\/\/[^/]*:[0-9]*(?:\/|$)/i.test(url);
  return discovery === 'srv' && hasPort ? fieldRules.discovery_port : null;
}

const inexactMessage = fieldRules.claim_too_large;

function isInexact(value: unknown): boolean {
  return Number.isInteger(value) && !Number.isSafeInteger(value);
}

// An invalid URL is reported by the schema of the URL.
function repeatedUpstreams(upstreams: WrittenRoute['upstreams']): number[] {
  const seen = new Set<string>();
  return upstreams.flatMap(({ url }, index) => {
    if (!URL.canParse(url)) return [];
    const id = upstreamId(url);
    const isRepeated = seen.has(id);
    seen.add(id);
    return isRepeated ? [index] : [];
  });
}
