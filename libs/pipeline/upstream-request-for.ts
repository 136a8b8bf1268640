import { isPattern, sessionCookieName, type PublishedRoute } from '#libs/contract';
import {
  composeUpstreamRequest,
  hasCookies,
  upstreamTarget,
  withoutCookie,
  type HeaderField,
  type RequestMessage,
  type UpgradeRequest,
  type UpstreamRequestOptions,
} from '#libs/handshake';
import type { UpstreamEndpoint } from '#libs/upstreams';
import type { Attempt } from './attempt.js';
import {
  isCredentialHeader,
  isCredentialProtocol,
  withoutCredentialParameters,
} from './checks/presented-credential.js';
import { expandHeaders, type VariableSources } from './header-variables.js';
import { pathReplacement } from './path-replacement.js';

export interface UpstreamRequestParts<Request extends RequestMessage = UpgradeRequest> {
  attempt: Pick<
    Attempt,
    'peerAddress' | 'isTrustedPeer' | 'httpVersion' | 'protocolScheme' | 'clientCertificate'
  > &
    VariableSources['attempt'];
  request: Request;
  route: PublishedRoute;
  endpoint: UpstreamEndpoint;
  fleetId: string | null;
}

/** The head of the upstream request: the client's head without its credential, changed by the route. */
export function composeRequestFor(parts: UpstreamRequestParts): string {
  return composeUpstreamRequest(upstreamRequestOptions(parts));
}

/** What the upstream gets of any request, without the client's credential, changed by the route. */
export function upstreamRequestOptions({
  attempt,
  request,
  route,
  endpoint,
  fleetId,
}: UpstreamRequestParts<RequestMessage>): UpstreamRequestOptions {
  const target = upstreamTarget({
    request,
    matchPath: isPattern(route.match) ? null : route.match.path,
    replacement: pathReplacement(route, request.path),
    basePath: endpoint.basePath,
    rawQuery: withoutCredentialParameters(request.rawQuery, route.auth),
  });
  const { set, remove } = expandHeaders(route.requestHeaders, { attempt, request });
  return {
    request: withoutOwnCookies(request, route),
    target,
    host: route.upstreamHost === 'client' ? request.authority : endpoint.authority,
    dropHeader: (field) => isCredentialHeader(field, route.auth),
    protocols: protocolsFor(request),
    fleetId,
    setHeaders: set,
    removeHeaders: remove,
    peerAddress: attempt.peerAddress,
    isTrustedPeer: attempt.isTrustedPeer,
    httpVersion: attempt.httpVersion,
    protocolScheme: attempt.protocolScheme,
    clientCertificate:
      route.clientCertificate === 'required' ? (attempt.clientCertificate?.raw ?? null) : null,
  };
}

// The session of the console is a credential of the REST API; an upstream could use it.
function withoutOwnCookies(
  request: RequestMessage,
  { balancing, stickyCookie }: PublishedRoute,
): RequestMessage {
  // Most requests have none, and need no copy.
  if (!hasCookies(request)) return request;
  const withoutSession = withoutCookie(request.headers, sessionCookieName);
  if (balancing !== 'sticky') return withHeaders(request, withoutSession);
  return withHeaders(request, withoutCookie(withoutSession, stickyCookie.name));
}

// Property by property: a spread does not copy the getters of a class.
function withHeaders(request: RequestMessage, headers: HeaderField[]): RequestMessage {
  const { host, authority, rawPath, rawQuery, path, protocols, via, origins } = request;
  return { host, authority, rawPath, rawQuery, path, protocols, via, origins, headers };
}

/** The subprotocols that are offered to the upstream: the client's, without a credential. */
export function protocolsFor(request: Pick<RequestMessage, 'protocols'>): string[] {
  return request.protocols.filter((protocol) => !isCredentialProtocol(protocol));
}

/**
 * The subprotocol in the 101 in place of the upstream's. If the client offered only its credential, the 101
 * selects that: a browser fails a handshake in which none of its offers is selected, and the upstream was
 * offered none.
 */
export function replacedProtocol(request: UpgradeRequest): string | undefined {
  const hasOnlyCredential = request.protocols.length > 0 && protocolsFor(request).length === 0;
  return hasOnlyCredential ? request.protocols[0] : undefined;
}
