import {
  decoderOf,
  decodeUnreserved,
  encodeCharacter,
  encodeOutsiders,
  maxRoutePathLength,
  removeDotSegments,
  templateStart,
  type PublishedRoute,
  type RouteMatch,
} from '#libs/contract';
import { compiledRegexOf } from './compiled-regex.js';

type MatchPath = (path: string) => PublishedRoute | null;

// Bounds the work: a longer path with anything in it that servers read in different ways is refused.
const maxReadableLength = 8192;
// An empty segment, a dot segment, a parameter, and encoded characters that are unreserved, reserved or a
// delimiter.
const readDifferently = /\/[/.]|;|%(?:2[1346-9A-F]|3[0-9ABDF]|4[0-9A-F]|5[0-9AF]|6[1-9A-F]|7[0-9AE])/i;
// The reserved characters of RFC 3986 §2.2 that a path may contain.
const reserved = /[!$&'()*+,;=:@]/;
// Most paths have nothing of the two, which one comparison finds.
const remarkable = new RegExp(`${readDifferently.source}|${reserved.source}`, readDifferently.flags);

/**
 * Whether a server could take the path to another route than this gateway does, and so past what guards that
 * route. With routes for `/` and `/admin`, the upstream of `/` must not get `//admin`, `/admin;x` or
 * `/admin/../chat`: some servers take each of them to `/admin`.
 *
 * A server may or may not decode the path, take a host or parameters off it, remove dot segments and merge
 * slashes before it compares. Every combination is a reading, and every reading has to lead to the matched
 * route. One exception: a server that decodes nothing may find no route, since RFC 3986 §6.2.2.2 declares an
 * unreserved character equal to its encoding.
 *
 * @param path without the query, as the upstream gets it
 * @param matched the route of the path, or null
 */
export function leadsElsewhere(path: string, matched: PublishedRoute | null, match: MatchPath): boolean {
  if (!remarkable.test(path)) return false;
  const isPlain = !readDifferently.test(path);
  const own = ownPath(matched);
  const isElsewhere = (reading: string): boolean => match(reading)?.id !== matched?.id;
  if (isPlain) return isElsewhere(behind(own, encodeOutsiders(path), encodeReserved));
  if (path.length > maxReadableLength) return true;
  const undecoded = upperCaseEncodings(encodeOutsiders(path));
  const decoded = decodeUnreserved(undecoded);
  const wholly = behind(own, decoded, decodeReserved);
  // Parameters may have been removed before encoded slashes and semicolons were decoded.
  const bare = behind(own, wholly, withoutParameters);
  const plainBare = behind(own, behind(own, decoded, withoutPlainParameters), decodeReserved);
  const spellings = new Set([decoded, wholly, plainBare, ...[wholly, bare, plainBare].map(decodeSlashes)]);
  for (const spelling of spellings) if (hasReading(spelling, own, isElsewhere)) return true;
  if (undecoded === decoded) return false;
  return hasReading(undecoded, own, (reading) => match(reading) !== null && isElsewhere(reading));
}

/**
 * The same for a route that removes its own path, so that the upstream gets only what follows it: where that
 * begins with two slashes, the upstream could take a host off it. With routes for `/public` and
 * `/public/admin`, the upstream of `/public` must not get `//any.test/admin` of `/public//any.test/admin`.
 *
 * @param path in its normal form
 */
export function restLeadsElsewhere(path: string, matched: PublishedRoute, match: MatchPath): boolean {
  if (!path.includes('//') && !path.includes('%2F')) return false;
  const own = matched.match.path.replace(/\/$/, '');
  const rest = path.slice(own.length);
  for (const spelling of new Set([rest, decodeSlashes(rest)])) {
    if (!spelling.startsWith('//')) continue;
    const reading = own + withoutAuthority(spelling);
    if (match(reading)?.id !== matched.id || leadsElsewhere(reading, matched, match)) return true;
  }
  return false;
}

const upperCaseEncodings = decoderOf(/^$/);
// `%40` and `@` differ by RFC 3986 §2.2; for servers that decode a path before they compare it they do not.
const decodeReserved = decoderOf(reserved);

function decodeSlashes(path: string): string {
  return path.replaceAll('%2F', '/');
}

/**
 * The start of the path that readings leave unchanged: such characters in the route's own path are intended.
 */
function ownPath(matched: PublishedRoute | null): string {
  if (matched === null) return '';
  const path = literalStart(matched.match);
  return readDifferently.test(path) || reserved.test(path) ? path.replace(/\/$/, '') : '';
}

// After its first parameter, a template has only segments that all servers interpret identically. A regular
// expression has to match all readings itself.
function literalStart(match: RouteMatch): string {
  switch (match.pathType) {
    case 'template':
      return templateStart(match.path);
    case 'regex': {
      const { start } = compiledRegexOf(match);
      return start.slice(0, start.lastIndexOf('/') + 1);
    }
    case 'exact':
    case 'prefix':
      return match.path;
    default:
      return match.pathType satisfies never;
  }
}

function hasReading(path: string, own: string, isElsewhere: (reading: string) => boolean): boolean {
  const paths = new Set([path]);
  if (!own.startsWith('//')) paths.add(withoutAuthority(path));
  for (const each of [...paths]) {
    const resolved = each.includes('/.') ? removeDotSegments(each) : each;
    if (resolved === null) return true;
    paths.add(resolved);
  }
  const steps = [withoutParameters, withoutQuery, mergeSlashes];
  if (endsWithDots.test(path)) steps.push(withoutTrailingSlashes);
  for (const each of paths) {
    const start = each.startsWith(own) ? own : '';
    const rest = each.slice(start.length);
    const readings = steps.reduce(withEach, new Set([rest]));
    readings.add(encodeReserved(rest));
    for (const reading of readings) if (isElsewhere(start + reading)) return true;
  }
  return false;
}

/** Applies the step to the part of the path after `own`. */
function behind(own: string, path: string, step: (rest: string) => string): string {
  const start = path.startsWith(own) ? own : '';
  return start + step(path.slice(start.length));
}

/** Adds the result of the step for each of the paths. */
function withEach(paths: Set<string>, step: (path: string) => string): Set<string> {
  for (const path of [...paths]) paths.add(step(path));
  return paths;
}

// Go's `path.Clean` leaves no trailing slash after a final dot segment, unlike RFC 3986 §5.2.4.
const endsWithDots = /\/\.{1,2}$/;

function withoutTrailingSlashes(path: string): string {
  let end = path.length;
  while (end > 1 && path.endsWith('/', end)) end -= 1;
  return path.slice(0, end);
}

// WHATWG URL parses a host after two slashes: `new URL('//a/b', base).pathname`, which upstreams in Node.js
// use, is `/b`.
function withoutAuthority(path: string): string {
  return path.replace(/^\/{2,}[^/]*/, '') || '/';
}

// %3B too: some servers decode a path before they remove parameters.
function withoutParameters(path: string): string {
  return path.replace(/(?:;|%3B)[^/]*/g, '');
}

// Others decode it afterwards, so that an encoded semicolon is text.
function withoutPlainParameters(path: string): string {
  return path.replace(/;[^/]*/g, '');
}

// Some servers decode a target before they parse it.
function withoutQuery(path: string): string {
  return path.replace(/%(?:3F|23).*/, '');
}

function mergeSlashes(path: string): string {
  return path.replace(/\/{2,}/g, '/');
}

// A route may have a reserved character encoded in its path that is unencoded in the request. For longer
// paths, only the start is compared.
function encodeReserved(path: string): string {
  return path.slice(0, 2 * maxRoutePathLength + 1).replace(reservedCharacters, encodeCharacter);
}

const reservedCharacters = new RegExp(reserved, 'g');
