import type { PathRegex, RouteMatch } from '#libs/contract';

// About 15 ms in the worst case, on a busy machine. One look-up among the patterns of a host takes fewer
// steps; the others are for the readings of a path.
const maxRegexSteps = 100_000;

/** The parts of a request that conditions of routes compare. */
export interface ConditionedRequest {
  headers: readonly (readonly [name: string, value: string])[];
  /** The query without the `?`, or null. */
  rawQuery: string | null;
}

/**
 * The values of one request that conditions of routes compare. A compared value must occur once, because
 * servers use either the first or the last of several values. Repeated names are recorded, so that the
 * request can be refused. The time for comparisons with regular expressions is bounded, too.
 */
export class RequestFacts {
  readonly #request: ConditionedRequest;
  #query: URLSearchParams | null = null;
  #isAmbiguous = false;
  #regexSteps = 0;
  #comparisons: Map<PathRegex, Map<string, boolean>> | null = null;

  constructor(request: ConditionedRequest) {
    this.#request = request;
  }

  /** Whether a compared value occurs more than once in the request. */
  get isAmbiguous(): boolean {
    return this.#isAmbiguous;
  }

  /** Whether patterns were skipped because comparing them would have taken too long. */
  get isTooCostly(): boolean {
    return this.#regexSteps > maxRegexSteps;
  }

  matches(regex: PathRegex, path: string): boolean {
    const known = this.#comparisons?.get(regex)?.get(path);
    if (known !== undefined) return known;
    this.#regexSteps += regex.maxSteps(path.length);
    if (this.isTooCostly) return false;
    const isMatch = regex.matches(path);
    this.#comparisons ??= new Map();
    const results = this.#comparisons.get(regex) ?? new Map<string, boolean>();
    this.#comparisons.set(regex, results.set(path, isMatch));
    return isMatch;
  }

  meet({ headers, query }: Pick<RouteMatch, 'headers' | 'query'>): boolean {
    for (const { name, value, valueType } of headers ?? []) {
      const matches = (found: string): boolean =>
        value === null || (valueType === 'exact' ? found === value : found.startsWith(value));
      if (!this.#holds(this.#headerValues(name.toLowerCase()), value, matches)) return false;
    }
    for (const { name, value } of query ?? []) {
      this.#query ??= new URLSearchParams(this.#request.rawQuery ?? '');
      if (!this.#holds(this.#query.getAll(name), value, (found) => found === value)) return false;
    }
    return true;
  }

  #holds(found: readonly string[], value: string | null, matches: (found: string) => boolean): boolean {
    if (value === null) return found.length > 0;
    if (found.length > 1) this.#isAmbiguous = true;
    return found.length === 1 && found.every(matches);
  }

  #headerValues(lower: string): string[] {
    return this.#request.headers.flatMap(([name, value]) =>
      name.length === lower.length && name.toLowerCase() === lower ? [value] : [],
    );
  }
}

/** The facts of a request without header fields and query, which meets no condition. */
export function noFacts(): RequestFacts {
  return new RequestFacts({ headers: [], rawQuery: null });
}
