import { isPattern, prefixReplacement, type PublishedRoute } from '#libs/contract';
import type { UpgradeRequest } from '#libs/handshake';
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
const ambiguousPath = 'servers read the path in different ways, and not all of them lead to the same route';

/**
 * The step match: which route a request means, and whether its upstream will see the path of that route too.
 */
export function matchRoute(
  configuration: Pick<Configuration, 'match'>,
  request: Pick<UpgradeRequest, 'host' | 'path' | 'rawPath' | 'headers' | 'rawQuery'>,
): MatchedRoute {
  const { host, path } = request;
  const facts = new RequestFacts(request);
  const match = (other: string): PublishedRoute | null => configuration.match(host, other, facts);
  const route = match(path);
  if (path.includes('%2F') && route?.match.encodedSlash !== 'pass') {
    return refuse({ code: 'bad_path', detail: encodedSlash });
  }
  if (leadsElsewhere(pathForUpstreams(request, route), route, match)) {
    return refuse({ code: 'bad_path', detail: ambiguousPath });
  }
  if (facts.isAmbiguous) return refuse({ code: 'bad_handshake', detail: ambiguousCondition });
  if (route === null) return refuse({ code: 'no_route' });
  if (sendsOnlyTheRest(route) && restLeadsElsewhere(path, route, match)) {
    return refuse({ code: 'bad_path', detail: ambiguousPath });
  }
  if (hasAmbiguousReplacement(route, path)) return refuse({ code: 'bad_path', detail: ambiguousParameters });
  return { ok: true, route };
}

/**
 * What servers can read in different ways: the path as the client wrote it only
 * where it goes upstream like that.
 */
function pathForUpstreams(
  { path, rawPath }: Pick<UpgradeRequest, 'path' | 'rawPath'>,
  route: PublishedRoute | null,
): string {
  if (path === rawPath || route === null || prefixReplacement(route.rewrite) !== null) return path;
  return hasUpstreamWithoutBasePath(route) ? rawPath : path;
}

/** Whether an upstream gets nothing in front of what follows the matched part of the path. */
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
