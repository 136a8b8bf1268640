import type { PublishedRoute } from '#libs/contract';
import type { ChangeAnswerHeaders } from '#libs/handshake';
import type { Attempt } from './attempt.js';
import { expandHeaders, type VariableSources } from './header-variables.js';
import { mapCookie } from './mapped-cookie.js';
import { mapLocation } from './mapped-location.js';
import { pathMapping } from './path-mapping.js';

interface AnswerSources extends VariableSources {
  attempt: VariableSources['attempt'] & Pick<Attempt, 'upstream'>;
  request: VariableSources['request'] & { authority: string };
}

/** Whether a route changes header fields of its upstreams' answers. */
export function changesAnswers(route: PublishedRoute): boolean {
  return mapsBack(route) || setsHeaders(route);
}

/** The changes of a route to the header fields of an upstream's answer; null if it has none. */
export function answerChangeFor(route: PublishedRoute, sources: AnswerSources): ChangeAnswerHeaders | null {
  const maps = mapsBack(route) ? mappingChange(route, sources) : null;
  const sets = setsHeaders(route) ? headerChange(route, sources) : null;
  if (maps === null) return sets;
  return sets === null ? maps : (fields) => sets(maps(fields));
}

function mapsBack({ rewrite }: PublishedRoute): boolean {
  return rewrite.redirects === 'map' || rewrite.cookies === 'map';
}

function setsHeaders({ responseHeaders: { set, remove } }: PublishedRoute): boolean {
  return remove.length > 0 || Object.keys(set).length > 0;
}

function headerChange({ responseHeaders }: PublishedRoute, sources: VariableSources): ChangeAnswerHeaders {
  return (fields) => {
    const { set, remove } = expandHeaders(responseHeaders, sources);
    const entries = Object.entries(set);
    const removed = new Set([...remove, ...entries.map(([name]) => name)].map((name) => name.toLowerCase()));
    return [...fields.filter(([name]) => !removed.has(name.toLowerCase())), ...entries];
  };
}

function mappingChange(
  route: PublishedRoute,
  { attempt, request }: AnswerSources,
): ChangeAnswerHeaders | null {
  if (attempt.upstream === undefined) return null;
  const { authority, serverName, basePath } = attempt.upstream;
  const paths = pathMapping(route, basePath, request.path);
  const authorities = [authority, ...hostsSent(route, { attempt, request })];
  const { host: clientHost } = request;
  const { redirects, cookies } = route.rewrite;
  return (fields) =>
    fields.map(([name, value]) => {
      const lower = name.toLowerCase();
      if (lower === 'location' && redirects === 'map') return [name, mapLocation(value, paths, authorities)];
      if (lower === 'set-cookie' && cookies === 'map')
        return [name, mapCookie(value, paths, { upstreamHost: serverName, clientHost })];
      return [name, value];
    });
}

/**
 * Upstreams build absolute URLs from the requested host, or from `X-Forwarded-Host`.
 */
function hostsSent(route: PublishedRoute, sources: AnswerSources): string[] {
  const { set } = expandHeaders(route.requestHeaders, sources);
  const host = Object.entries(set).find(([name]) => name.toLowerCase() === 'host');
  return [sources.request.authority, ...(host === undefined ? [] : [host[1]])];
}
