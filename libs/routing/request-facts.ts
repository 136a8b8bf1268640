import type { RouteMatch } from '#libs/contract';

/** The parts of a request that conditions of routes look at. */
export interface ConditionedRequest {
  headers: readonly (readonly [name: string, value: string])[];
  /** The query without the `?`, or null. */
  rawQuery: string | null;
}

/**
 * What conditions of routes ask about one request. A value that is compared has to be there once: of several
 * ones servers read the first or the last. The names that were asked for and repeated are noted, so that the
 * request can be refused.
 */
export class RequestFacts {
  readonly #request: ConditionedRequest;
  #query: URLSearchParams | null = null;
  #isAmbiguous = false;

  constructor(request: ConditionedRequest) {
    this.#request = request;
  }

  /** Whether a value was compared that the request has more than once. */
  get isAmbiguous(): boolean {
    return this.#isAmbiguous;
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

/** A request without header fields and query, which meets no condition. */
export const noFacts = new RequestFacts({ headers: [], rawQuery: null });
