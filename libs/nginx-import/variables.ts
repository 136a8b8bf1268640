import { matchesExpression } from './expressions.js';
import { argument } from './scope.js';
import type { Directive } from './parser.js';

/** A part of a value: text as it is, or the name of a variable. */
export type Part = { text: string } | { variable: string };

/** The text and the variables of a value, like `$scheme://${host}/x`. */
export function partsOf(value: string): Part[] {
  const parts: Part[] = [];
  let end = 0;
  for (const match of value.matchAll(/\$(?:\{([A-Za-z0-9_]+)\}|([A-Za-z0-9_]+))/g)) {
    if (match.index > end) parts.push({ text: value.slice(end, match.index) });
    parts.push({ variable: (match[1] ?? match[2] ?? '').toLowerCase() });
    end = match.index + match[0].length;
  }
  if (end < value.length) parts.push({ text: value.slice(end) });
  return parts;
}

// Every request that Sluice proxies is one of these.
const ofHandshakes: readonly [string, string][] = [
  ['http_upgrade', 'websocket'],
  ['http_connection', 'Upgrade'],
  ['request_method', 'GET'],
];
const maxMapDepth = 8;

/** The variables whose values are the same for every handshake: constants, and maps of constants. */
export class Variables {
  readonly #constants: Map<string, string | null>;

  constructor(
    private readonly maps: ReadonlyMap<string, Directive>,
    constants: Iterable<readonly [string, string | null]> = ofHandshakes,
  ) {
    this.#constants = new Map(constants);
  }

  /** A copy that can be changed alone. */
  copy(): Variables {
    return new Variables(this.maps, this.#constants);
  }

  /** Null: it has a value, which is not known before a request. */
  set(name: string, value: string | null): void {
    this.#constants.set(name.toLowerCase(), value);
  }

  /** The value as a constant; null where it depends on the request. */
  constant(value: string): string | null {
    return this.#constant(value, 0);
  }

  /** The parts of a value, with each constant in its place. */
  parts(value: string): Part[] {
    const joined: Part[] = [];
    for (const part of partsOf(value)) {
      const text = 'text' in part ? part.text : this.#lookUp(part.variable, 0);
      const last = joined.at(-1);
      if (text === null) joined.push(part);
      else if (last !== undefined && 'text' in last) last.text += text;
      else joined.push({ text });
    }
    return joined;
  }

  #constant(value: string, depth: number): string | null {
    let text = '';
    for (const part of partsOf(value)) {
      const next = 'text' in part ? part.text : this.#lookUp(part.variable, depth);
      if (next === null) return null;
      text += next;
    }
    return text;
  }

  #lookUp(name: string, depth: number): string | null {
    const constant = this.#constants.get(name);
    if (constant !== undefined) return constant;
    const map = this.maps.get(name);
    if (map === undefined || depth >= maxMapDepth) return null;
    const source = this.#constant(argument(map, 0), depth + 1);
    const result = source === null ? null : resultOf(map, source);
    return result === null ? null : this.#constant(result, depth + 1);
  }
}

/** The result of a `map` for a value; null if it cannot be decided here. */
function resultOf({ block }: Directive, source: string): string | null {
  const entries = block ?? [];
  const exact = entries.find(({ name }) => keyOf(name) === source.toLowerCase() && !isSpecial(name));
  if (exact !== undefined) return argument(exact, 0);
  if (entries.some(({ name }) => name === 'hostnames')) return null;
  for (const entry of entries.filter(({ name }) => name.startsWith('~'))) {
    const isCaseless = entry.name.startsWith('~*');
    const matches = matchesExpression(entry.name.slice(isCaseless ? 2 : 1), source, isCaseless);
    if (matches !== false) return matches === null ? null : argument(entry, 0);
  }
  const fallback = entries.find(({ name }) => name === 'default');
  return fallback === undefined ? '' : argument(fallback, 0);
}

function isSpecial(name: string): boolean {
  return name.startsWith('~') || ['default', 'hostnames', 'volatile'].includes(name);
}

// A backslash before a special name makes it an ordinary value. nginx compares without letter case.
function keyOf(name: string): string {
  return name.replace(/^\\/, '').toLowerCase();
}

/** The maps of `http` by the variable that each defines. */
export function mapsOf(directives: readonly Directive[]): Map<string, Directive> {
  const maps = directives.filter(({ name }) => name === 'map');
  return new Map(maps.map((map) => [argument(map, 1).replace(/^\$/, '').toLowerCase(), map]));
}
