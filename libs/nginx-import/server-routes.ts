import { normalizePath, routeCreateSchema } from '#libs/contract';
import type { ConnectionLimits } from './connection-limits.js';
import type { Findings } from './findings.js';
import { locationPatternOf } from './location-expressions.js';
import type { Directive } from './parser.js';
import type { TargetOptions } from './proxy-target.js';
import {
  inOrder,
  laterWithSameStart,
  mayTake,
  warnOfExpression,
  type RoutedLocation,
} from './regex-locations.js';
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

// RFC 6455 §4.1.
const metByEveryHandshake = ['Sec-WebSocket-Key', 'Sec-WebSocket-Version', 'Upgrade'].map((name) => ({
  name,
}));

/** A location with what a route for it has besides its match; a text says why there is none. */
interface TranslatedLocation extends RoutedLocation {
  place: Place;
  fields: Omit<RouteFields, 'match'> | string;
}

/** A host and path whose route refuses every handshake. */
export interface RefusedPlace {
  host: string;
  path: string;
  pathType: RoutedLocation['kind'];
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
  const { findings, limits } = options;
  const contents = server.contentsFor(host, variables);
  if ('kind' in contents) {
    findings.warn(contents.about, `the server has no route: ${contents.reason}`);
    return [];
  }
  const translated = contents.flatMap((place) => translatedLocation(place, options));
  const locations = inOrder(translated, findings);
  const routes: ImportedRoute[] = [];
  for (const location of locations) {
    const { place, fields, kind, path, directive } = location;
    if (typeof fields === 'string') continue;
    const match = { host, path, pathType: kind, ...conditionsOf(location, locations) };
    const limit = place.content.kind === 'proxy' ? limits.fieldsOf(place.location, place.content, match) : {};
    add(routes, directive, { name: nameOf(directive), match, ...fields, ...limit }, findings);
  }
  const isReached = (closed: RoutedLocation): boolean =>
    locations.some((each) => each.isOpen && mayTake(each, closed));
  for (const location of locations.filter((each) => !each.isOpen && isReached(each))) {
    const { place, kind: pathType, path, directive: about } = location;
    const route = closedRoute({ host, path, pathType, about, isUnavailable: isUnavailable(place) });
    const match = { ...route.match, ...conditionsOf(location, locations) };
    add(routes, about, { ...route, match }, findings);
  }
  return withoutConflicts(routes, findings);
}

/** The location with its route; none where its path cannot be that of a route. */
function translatedLocation(place: Place, options: RouteOptions): TranslatedLocation[] {
  const { location, content } = place;
  const { findings } = options;
  const { kind, path: name, isSpecial, directive } = location;
  const found = pathOf(place, findings);
  if (found === null) return [];
  const fields =
    content.kind === 'closed'
      ? content.reason
      : routeFieldsOf(content, { ...location, path: found.path }, options);
  const isOpen = typeof fields !== 'string';
  if (!isOpen) {
    const about = content.kind === 'closed' ? content.about : content.pass;
    findings.warn(about, `the location "${name}" has no route: ${fields}`);
  }
  return [{ kind, name, directive, isSpecial, isOpen, place, fields, ...found }];
}

function pathOf(
  { location, content }: Place,
  findings: Findings,
): Pick<RoutedLocation, 'path' | 'regex'> | null {
  const { kind, path: name, isSpecial, directive } = location;
  if (kind !== 'regex') {
    const path = routePathOf(location, findings);
    return path === null ? null : { path, regex: null };
  }
  const translated = locationPatternOf(name, isSpecial);
  if (translated.ok) return { path: translated.pattern, regex: translated.regex };
  warnOfExpression({ name, directive, isOpen: content.kind === 'proxy' }, translated.reason, findings);
  return null;
}

/**
 * Among regex routes with the same text at their start, the one with more conditions comes first, so each
 * gets more of them than those after it.
 */
function conditionsOf(
  location: RoutedLocation,
  locations: readonly RoutedLocation[],
): Pick<RouteFields['match'], 'headers'> {
  const count = location.kind === 'regex' ? laterWithSameStart(location, locations) : 0;
  return count > 0 ? { headers: metByEveryHandshake.slice(0, count) } : {};
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

/**
 * With `location = /x` and `location /x`, nginx uses the exact one for that path. Routes of one path
 * differ in their conditions, so the exact one gets a condition that every handshake meets (RFC 6455 §4.1).
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
    return {
      ...each,
      route: { ...each.route, match: { ...match, headers: metByEveryHandshake.slice(0, 1) } },
    };
  });
}
