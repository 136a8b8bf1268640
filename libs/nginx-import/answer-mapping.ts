import type { Findings } from './findings.js';
import type { Directive } from './parser.js';
import { withoutTrailingSlash, type PathChange } from './path-changes.js';
import type { ProxyTarget } from './proxy-target.js';
import type { RouteFields } from './route-document.js';
import { argument, type Scope } from './scope.js';

type Mapping = Pick<NonNullable<RouteFields['rewrite']>, 'redirects' | 'cookies'>;

/** The path of the location, and the corresponding upstream path. */
export interface MappedPaths {
  path: string;
  change: PathChange;
  target: ProxyTarget;
}

/**
 * Translates `proxy_redirect`, `proxy_cookie_path` and `proxy_cookie_domain`. A route maps redirects and
 * cookies back by reversing its own path rewriting; directives with another effect are reported as warnings.
 */
export function answerMappingOf(scope: Scope, paths: MappedPaths, findings: Findings): Mapping {
  const mapper = new AnswerMapper(paths);
  const isCarriedOver = (name: string, isAlike: (directive: Directive) => boolean): boolean => {
    const directives = scope.inForce(name).filter((each) => argument(each, 0) !== 'off');
    for (const directive of directives.filter((each) => !isAlike(each))) {
      findings.warn(
        directive,
        `"${name}" is not carried over: a route maps only by its own change of the path`,
      );
    }
    return directives.some(isAlike);
  };
  const redirects = isCarriedOver('proxy_redirect', (each) => mapper.isOfRedirect(each));
  const ofPath = isCarriedOver('proxy_cookie_path', (each) => mapper.isOfCookiePath(each));
  const ofDomain = isCarriedOver('proxy_cookie_domain', (each) => mapper.isOfCookieDomain(each));
  return { ...(redirects && { redirects: 'map' }), ...((ofPath || ofDomain) && { cookies: 'map' }) };
}

class AnswerMapper {
  /** Both without a trailing slash, as the route compares them. */
  readonly #upstreamPath: string;
  readonly #clientPath: string;
  readonly #authorities: readonly string[];

  constructor({ path, change, target }: MappedPaths) {
    this.#upstreamPath = withoutTrailingSlash(change.basePath);
    this.#clientPath = change.stripPrefix ? withoutTrailingSlash(path) : '';
    const dialed = target.upstreams.map(({ url }) => url.replace(/^https?:\/\//, ''));
    this.#authorities = [target.host, ...dialed];
  }

  isOfRedirect(directive: Directive): boolean {
    const from = argument(directive, 0);
    if (from === 'default') return true;
    const [, authority, path = ''] = /^(?:https?:\/\/([^/]+))?(.*)$/s.exec(from) ?? [];
    if (authority !== undefined && !this.#authorities.includes(authority)) return false;
    return this.#isMapped(path, withoutClientHost(argument(directive, 1)));
  }

  isOfCookiePath(directive: Directive): boolean {
    return this.#isMapped(argument(directive, 0), argument(directive, 1));
  }

  isOfCookieDomain(directive: Directive): boolean {
    const names = this.#authorities.map((authority) => authority.replace(/:[0-9]+$/, ''));
    return (
      names.includes(argument(directive, 0)) &&
      /^\$(?:host|http_host|server_name)$/.test(argument(directive, 1))
    );
  }

  /** Whether the route maps the path of the upstream to this path of the client. */
  #isMapped(from: string, to: string): boolean {
    const [upstream, client] = [withoutTrailingSlash(from), withoutTrailingSlash(to)];
    if (upstream !== this.#upstreamPath && !upstream.startsWith(`${this.#upstreamPath}/`)) return false;
    return client === this.#clientPath + upstream.slice(this.#upstreamPath.length);
  }
}

/** Removes the host, because a client resolves a path against the requested URL. */
function withoutClientHost(url: string): string {
  return url.replace(/^(?:https?|\$scheme):\/\/\$(?:host|http_host|server_name)(?::\$server_port)?/, '');
}
