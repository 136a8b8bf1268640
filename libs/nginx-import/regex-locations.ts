import type { PathRegex } from '#libs/contract';
import type { Findings } from './findings.js';
import type { Directive } from './parser.js';
import { withoutTrailingSlash } from './path-changes.js';

/** A location with its path or pattern in a route. */
export interface RoutedLocation {
  kind: 'exact' | 'prefix' | 'regex';
  /** The path or the expression in the file. */
  name: string;
  directive: Directive;
  path: string;
  /** Null if the path is not a regular expression. */
  regex: PathRegex | null;
  /** For a prefix: whether no expression is tried after it. */
  isSpecial: boolean;
  /** Whether a WebSocket passes. */
  isOpen: boolean;
}

// Bounds of regex routes (decision 0053).
const maxRegexes = 4;
const maxPathLength = 256;

/**
 * The locations without the expressions for which a route would not come in the same order as in nginx, or is
 * not needed; warns of the former. nginx tries expressions after `^~`, in the order of the file, and takes
 * other prefixes last. Sluice compares the text at the start.
 */
export function inOrder<T extends RoutedLocation>(locations: readonly T[], findings: Findings): T[] {
  const prefixes = locations.filter(({ kind }) => kind === 'prefix');
  const expressions: T[] = [];
  for (const location of locations.filter(({ kind }) => kind === 'regex')) {
    const isReached = locations.some((each) => each.isOpen && each !== location && mayTake(each, location));
    if (!location.isOpen && !isReached) continue;
    const obstacle = obstacleOf(location, prefixes, expressions);
    if (obstacle === null) {
      expressions.push(location);
      reportPathsLeftOut(location, prefixes, isReached, findings);
    } else warnOfExpression(location, obstacle, findings);
  }
  return locations.filter((each) => each.kind !== 'regex' || expressions.includes(each));
}

/** Warns that an expression has no route, and of what happens to its paths. */
export function warnOfExpression(
  { name, directive, isOpen }: Pick<RoutedLocation, 'name' | 'directive' | 'isOpen'>,
  reason: string,
  findings: Findings,
): void {
  const effect = isOpen
    ? 'routes of other locations may match its paths'
    : 'nginx lets no WebSocket through here, but routes of other locations may match its paths';
  findings.warn(directive, `the regular expression "${name}" has no route: ${reason}; ${effect}`);
}

/**
 * Whether an open location may take paths of a closed one in Sluice, unless that has a route that refuses.
 */
export function mayTake(open: RoutedLocation, closed: RoutedLocation): boolean {
  if (open.kind === 'exact') return false;
  const [one, other] = [startOf(open), startOf(closed)];
  if (closed.kind === 'regex') return one.startsWith(other) || other.startsWith(one);
  if (open.kind === 'regex') return other.startsWith(one);
  return other === one || other.startsWith(`${withoutTrailingSlash(one)}/`);
}

/** How many of the expressions have the same text at their start and come later. */
export function laterWithSameStart(location: RoutedLocation, locations: readonly RoutedLocation[]): number {
  const later = locations.slice(locations.indexOf(location) + 1);
  return later.filter((each) => each.kind === 'regex' && startOf(each) === startOf(location)).length;
}

/** @param earlier the expressions before it that have a route */
function obstacleOf(
  location: RoutedLocation,
  prefixes: readonly RoutedLocation[],
  earlier: readonly RoutedLocation[],
): string | null {
  if (earlier.length >= maxRegexes) return `a host has at most ${maxRegexes} regex routes`;
  // Where both refuse, their order is of no importance.
  const matters = (other: RoutedLocation): boolean => location.isOpen || other.isOpen;
  const prefix = prefixes.find((each) => matters(each) && !isInOrder(location, each));
  if (prefix !== undefined) {
    return `its order and that of the location "${prefix.name}" would not be the same as in nginx`;
  }
  const start = startOf(location);
  const isBefore = (each: RoutedLocation): boolean =>
    start.length > startOf(each).length && start.startsWith(startOf(each));
  const expression = earlier.find((each) => matters(each) && isBefore(each));
  if (expression === undefined) return null;
  return `its route would come before that of the location "${expression.name}"`;
}

function isInOrder(location: RoutedLocation, { path, isSpecial, isOpen }: RoutedLocation): boolean {
  const start = startOf(location);
  if (start.startsWith(path)) return !isSpecial;
  if (!path.startsWith(start)) return true;
  // A route that refuses only some of the paths is better than none; a warning names the others.
  if (!isSpecial) return !location.isOpen && isOpen;
  if (!location.isOpen) return true;
  // nginx takes `/abc` to `^~ /ab`, and redirects `/ab` to `^~ /ab/`.
  return path.endsWith('/') && location.regex?.matches(withoutTrailingSlash(path)) === false;
}

function reportPathsLeftOut(
  location: RoutedLocation,
  prefixes: readonly RoutedLocation[],
  isReached: boolean,
  findings: Findings,
): void {
  const { directive, name, isOpen } = location;
  const start = startOf(location);
  const isInFront = ({ path }: RoutedLocation): boolean => path !== start && path.startsWith(start);
  for (const prefix of prefixes.filter((each) => each.isOpen && !each.isSpecial && isInFront(each))) {
    findings.warn(
      directive,
      `nginx lets no WebSocket through to "${name}", but in Sluice its paths below "${prefix.name}" are open`,
    );
  }
  const bound = `a regex route matches paths with at most ${maxPathLength} characters`;
  if (!isReached) findings.hint(directive, bound);
  else if (isOpen) findings.warn(directive, `${bound}; other routes match longer ones`);
  else findings.warn(directive, `${bound}; longer ones, which nginx closes, are open`);
}

function startOf({ regex, path }: RoutedLocation): string {
  return regex?.start ?? path;
}
