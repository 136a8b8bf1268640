import type { PublishedRoute } from '#libs/contract';
import type { UpgradeRequest } from '#libs/handshake';
import { leadsElsewhere, type Configuration } from '#libs/routing';
import { parseUpstreamEndpoint } from '#libs/upstreams';
import type { Refusal } from './refusal.js';

export type MatchedRoute = { ok: true; route: PublishedRoute } | { ok: false; refusal: Refusal };

const encodedSlash = 'the path has an encoded slash, and no route here accepts one';
const ambiguousPath = 'servers read the path in different ways, and not all of them lead to the same route';

/**
 * The step match: which route a request means, and whether its upstream will see the path of that route too.
 */
export function matchRoute(
  configuration: Pick<Configuration, 'match'>,
  request: Pick<UpgradeRequest, 'host' | 'path' | 'rawPath'>,
): MatchedRoute {
  const { host, path } = request;
  const route = configuration.match(host, path);
  if (path.includes('%2F') && route?.match.encodedSlash !== 'pass') {
    return refuse({ code: 'bad_path', detail: encodedSlash });
  }
  if (leadsElsewhere(pathForUpstreams(request, route), route, (other) => configuration.match(host, other))) {
    return refuse({ code: 'bad_path', detail: ambiguousPath });
  }
  return route ? { ok: true, route } : refuse({ code: 'no_route' });
}

/**
 * What servers can read in different ways: the path as the client wrote it only
 * where it goes upstream like that.
 */
function pathForUpstreams(
  { path, rawPath }: Pick<UpgradeRequest, 'path' | 'rawPath'>,
  route: PublishedRoute | null,
): string {
  if (path === rawPath || route === null || route.rewrite.stripPrefix) return path;
  return route.upstreams.some(({ url }) => parseUpstreamEndpoint(url).basePath === '') ? rawPath : path;
}

function refuse(refusal: Refusal): MatchedRoute {
  return { ok: false, refusal };
}
