import { normalizePath, routeCreateSchema } from '#libs/contract';
import type { ConnectionLimits } from './connection-limits.js';
import type { Findings } from './findings.js';
import type { Directive } from './parser.js';
import { withoutTrailingSlash } from './path-changes.js';
import type { TargetOptions } from './proxy-target.js';
import type { RouteFields } from './route-document.js';
import { routeFieldsOf } from './route-fields.js';
import type { Place, ServerBlock } from './server-block.js';
import type { Variables } from './variables.js';

/** A route, and where the directive stands that it comes from. */
export interface ImportedRoute {
  file: string;
  line: number;
  route: RouteFields;
}

export interface RouteOptions extends TargetOptions {
  /** The text of files that directives name. */
  files: ReadonlyMap<string, string>;
  limits: ConnectionLimits;
}

/** A place where nginx lets no WebSocket through, or where a route cannot do what nginx does. */
interface ClosedPlace {
  place: Place;
  path: string;
  about: Directive;
}

/** A host and path whose route refuses every handshake. */
export interface RefusedPlace {
  host: string;
  path: string;
  pathType: 'exact' | 'prefix';
  about: Directive;
  /** Whether nginx answers with 503. */
  isUnavailable: boolean;
}

/**
 * The routes of one server for one host pattern. A place that is closed inside of one that is open gets a
 * route that refuses, so that its handshakes do not go to the upstream around it. Empty: no place is open.
 */
export function routesOf(
  server: ServerBlock,
  host: string,
  variables: Variables,
  options: RouteOptions,
): ImportedRoute[] {
  const { findings } = options;
  const contents = server.contentsFor(host, variables);
  if ('kind' in contents) {
    findings.warn(contents.about, `the server has no route: ${contents.reason}`);
    return [];
  }
  const open: ImportedRoute[] = [];
  const closed: ClosedPlace[] = [];
  for (const place of contents) {
    const { location, content } = place;
    const path = routePathOf(location, findings);
    if (path === null) continue;
    const fields =
      content.kind === 'closed' ? content.reason : routeFieldsOf(content, { ...location, path }, options);
    if (typeof fields !== 'string') {
      const match = { host, path, pathType: location.kind };
      const limit = content.kind === 'proxy' ? options.limits.fieldsOf(location, content, match) : {};
      add(
        open,
        location.directive,
        { name: nameOf(location.directive), match, ...fields, ...limit },
        findings,
      );
      continue;
    }
    const about = content.kind === 'closed' ? content.about : content.pass;
    findings.warn(about, `the location "${location.path}" has no route: ${fields}`);
    closed.push({ place, path, about: location.directive });
  }
  for (const { place, path, about } of closed) {
    if (!open.some(({ route }) => isInside(path, route))) continue;
    const refused = { host, path, pathType: place.location.kind, about, isUnavailable: isUnavailable(place) };
    add(open, about, closedRoute(refused), findings);
  }
  return withoutConflicts(open, findings);
}

/**
 * A route that refuses every handshake to a path: with 503 if nginx answers with 503, and otherwise because
 * its maximum of connections is 0.
 */
export function closedRoute({ host, path, pathType, about, isUnavailable }: RefusedPlace): RouteFields {
  return {
    name: `${nameOf(about)} closed`,
    match: { host, path, pathType },
    upstreams: [{ url: 'http://localhost' }],
    auth: { mode: 'none' },
    ...(isUnavailable ? { maintenance: {} } : { maxConnections: 0 }),
  };
}

function isUnavailable({ content }: Place): boolean {
  return content.kind === 'closed' && content.isUnavailable;
}

function nameOf({ place }: Directive): string {
  return `${place.file}:${place.line}`.slice(-80);
}

/** nginx compares decoded paths, and a route has its path encoded. */
function routePathOf({ kind, path, directive }: Place['location'], findings: Findings): string | null {
  const normalized = normalizePath(encodeURI(path));
  if (!normalized.ok) {
    findings.warn(directive, `the location "${path}" has no route: ${normalized.reason}`);
    return null;
  }
  if (kind === 'prefix' && !path.endsWith('/')) {
    findings.hint(directive, `nginx takes "${path}x" to this location, too; a route matches whole segments`);
  }
  return normalized.path;
}

function add(routes: ImportedRoute[], about: Directive, route: RouteFields, findings: Findings): void {
  const checked = routeCreateSchema.safeParse(route);
  if (checked.success) {
    routes.push({ file: about.place.file, line: about.place.line, route });
    return;
  }
  const problems = checked.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  findings.warn(about, `this cannot be a route: ${problems.join('; ')}`);
}

function isInside(path: string, { match }: RouteFields): boolean {
  if (match.pathType === 'exact') return false;
  return path === match.path || path.startsWith(`${withoutTrailingSlash(match.path)}/`);
}

/**
 * Of `location = /x` and `location /x` nginx takes the exact one for that path. Routes of one path differ in
 * their conditions, so the exact one gets a condition that every handshake meets (RFC 6455 §4.1).
 */
function withoutConflicts(routes: readonly ImportedRoute[], findings: Findings): ImportedRoute[] {
  const byPlace = new Map<string, ImportedRoute>();
  for (const each of routes) {
    const { path, pathType = 'prefix' } = each.route.match;
    const place = `${pathType} ${path}`;
    if (byPlace.has(place)) {
      const about = { name: 'location', place: { file: each.file, line: each.line, column: 1 } };
      findings.warn(about, `this has no route, since another location has the path "${path}" in a route`);
    } else byPlace.set(place, each);
  }
  return [...byPlace.values()].map((each) => {
    const { match } = each.route;
    if (match.pathType !== 'exact' || !byPlace.has(`prefix ${match.path}`)) return each;
    return { ...each, route: { ...each.route, match: { ...match, headers: [metByEveryHandshake] } } };
  });
}

const metByEveryHandshake = { name: 'Sec-WebSocket-Key' };
