import { ConfigFault } from './config-fault.js';
import type { Directive } from './parser.js';
import { argument, Scope } from './scope.js';

export interface Location {
  kind: 'exact' | 'prefix' | 'regex' | 'named';
  /** The path, the expression, or the name with its `@`. */
  path: string;
  /**
   * For a prefix: whether no expression is tried after it (`^~`); for an expression:
   * whether it ignores case.
   */
  isSpecial: boolean;
  directive: Directive;
  scope: Scope;
}

/** All locations of a server, those inside others too, in the order of the file. */
export function locationsOf(server: Scope): Location[] {
  const locations = collect(server, null);
  const seen = new Set<string>();
  for (const { kind, path, isSpecial, directive } of locations) {
    const key = `${kind}${String(kind === 'regex' && isSpecial)} ${path}`;
    if (kind !== 'regex' && seen.has(key)) {
      throw new ConfigFault(directive.place, `duplicate location "${path}"`);
    }
    seen.add(key);
  }
  return locations;
}

/**
 * The location that takes every path below another one, where that is certain: no other location but `from`,
 * which the paths come from, may take one of them. Null: it is not.
 */
export function locationBelow(path: string, from: Location, locations: readonly Location[]): Location | null {
  const start = `${path}/`;
  const [longest = null] = locations
    .filter((each) => each.kind === 'prefix' && start.startsWith(each.path))
    .sort((one, other) => other.path.length - one.path.length);
  if (longest === null || longest === from) return null;
  const isOther = (each: Location): boolean => each !== longest && each !== from;
  const isBelow = ({ kind, path: own }: Location): boolean =>
    (kind === 'exact' || kind === 'prefix') && own.startsWith(start);
  if (locations.some((each) => isOther(each) && isBelow(each))) return null;
  const hasRegex = locations.some(({ kind }) => kind === 'regex');
  return hasRegex && !longest.isSpecial ? null : longest;
}

function collect(scope: Scope, outer: Location | null): Location[] {
  return scope.own('location').flatMap((directive) => {
    const location = locationOf(directive, scope);
    if (outer !== null) requireInside(location, outer);
    return [location, ...collect(location.scope, location)];
  });
}

function locationOf(directive: Directive, parent: Scope): Location {
  const scope = new Scope(directive.block ?? [], parent);
  const [modifier, path] = modifierAndPath(directive);
  const common = { path, directive, scope, isSpecial: false };
  if (modifier === '=') return { ...common, kind: 'exact' };
  if (modifier === '^~') return { ...common, kind: 'prefix', isSpecial: true };
  if (modifier === '~' || modifier === '~*') {
    return { ...common, kind: 'regex', isSpecial: modifier === '~*' };
  }
  if (modifier !== '') {
    throw new ConfigFault(directive.place, `invalid location modifier "${modifier}"`);
  }
  return { ...common, kind: path.startsWith('@') ? 'named' : 'prefix' };
}

// nginx takes the modifier also without white space after it.
function modifierAndPath(directive: Directive): [modifier: string, path: string] {
  const [first, second] = [argument(directive, 0), argument(directive, 1)];
  if (directive.args.length === 2) return [first, second];
  const [, modifier = '', path = ''] = /^(=|\^~|~\*|~)?(.*)$/s.exec(first) ?? [];
  return [modifier, path];
}

function requireInside({ kind, path, directive }: Location, outer: Location): void {
  const refuse = (message: string): never => {
    throw new ConfigFault(directive.place, message);
  };
  if (outer.kind === 'exact')
    refuse(`location "${path}" cannot be inside the exact location "${outer.path}"`);
  if (outer.kind === 'named')
    refuse(`location "${path}" cannot be inside the named location "${outer.path}"`);
  if (kind === 'named') refuse(`named location "${path}" can be on the server level only`);
  if (kind !== 'regex' && outer.kind === 'prefix' && !path.startsWith(outer.path)) {
    refuse(`location "${path}" is outside location "${outer.path}"`);
  }
}
