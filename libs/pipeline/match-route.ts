import { isPattern, prefixReplacement, type PublishedRoute } from '#libs/contract';
import type { RequestMessage } from '#libs/handshake';
import { leadsElsewhere, RequestFacts, restLeadsElsewhere, type Configuration } from '#libs/routing';
import { parseUpstreamEndpoint } from '#libs/upstreams';
import { hasAmbiguousReplacement } from './path-replacement.js';
import type { Refusal } from './refusal.js';

export type MatchedRoute = { ok: true; route: PublishedRoute } | { ok: false; refusal: Refusal };

const encodedSlash = 'the path has an encoded slash, and no route here accepts one';
const ambiguousParameters =
  'servers read the path that its parameters make for the upstream in different ways';
const ambiguousCondition =
  'a header field or a query parameter by which routes are chosen here is there more than once';
const costlyPath = 'it would take too long to match all readings of the path';
const ambiguousPath = 'servers read the path in different ways, and not all of them lead to the same route';

/**
 * The step match: finds the route of a request, and checks that its upstream will interpret the path as one
 * of that route, too.
 */
export function matchRoute(
  configuration: Pick<Configuration, 'match'>,
  request: Pick<RequestMessage, 'host' | 'path' | 'rawPath' | 'hasPlainPath' | 'headers' | 'rawQuery'>,
): MatchedRoute {
  const { host, path } = request;
  const facts = new RequestFacts(request);
  const match = (other: string): PublishedRoute | null => configuration.match(host, other, facts);
  const route = match(path);
  if (path.includes('%2F') && route?.match.encodedSlash !== 'pass') {
    return refuse({ code: 'bad_path', detail: encodedSlash });
  }
  const mayLeadElsewhere = request.hasPlainPath !== true;
  if (mayLeadElsewhere && leadsElsewhere(pathForUpstreams(request, route), route, match)) {
    return refuse({ code: 'bad_path', detail: ambiguousPath });
  }
  if (facts.isTooCostly) return refuse({ code: 'bad_path', detail: costlyPath });
  if (facts.isAmbiguous) return refuse({ code: 'bad_handshake', detail: ambiguousCondition });
  if (route === null) return refuse({ code: 'no_route' });
  if (sendsOnlyTheRest(route) && restLeadsElsewhere(path, route, match)) {
    return refuse({ code: 'bad_path', detail: ambiguousPath });
  }
  if (hasAmbiguousReplacement(route, path)) return refuse({ code: 'bad_path', detail: ambiguousParameters });
  return { ok: true, route };
}

/**
 * The paths that servers may interpret differently. The client's raw path is among them only if it is sent
 * upstream unchanged.
 */
function pathForUpstreams(
  { path, rawPath }: Pick<RequestMessage, 'path' | 'rawPath'>,
  route: PublishedRoute | null,
): string {
  if (path === rawPath || route === null || prefixReplacement(route.rewrite) !== null) return path;
  return hasUpstreamWithoutBasePath(route) ? rawPath : path;
}

/** Whether the upstream path has no text before the part that follows the match. */
function sendsOnlyTheRest(route: PublishedRoute): boolean {
  // A pattern matches whole paths, so nothing follows.
  if (isPattern(route.match)) return false;
  const replacement = prefixReplacement(route.rewrite);
  return (replacement === '' || replacement === '/') && hasUpstreamWithoutBasePath(route);
}

function hasUpstreamWithoutBasePath({ upstreams }: PublishedRoute): boolean {
  return upstreams.some(({ url }) => parseUpstreamEndpoint(url).basePath === '');
}

function refuse(refusal: Refusal): MatchedRoute {
  return { ok: false, refusal };
}
