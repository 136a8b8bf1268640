import type { RouteMatch } from '#libs/contract';

/** The parts of a request that conditions of routes compare. */
export interface ConditionedRequest {
  headers: readonly (readonly [name: string, value: string])[];
  /** The query without the `?`, or null. */
  rawQuery: string | null;
}

/**
 * The values of one request that conditions of routes compare. A compared value must occur once, because
 * servers use either the first or the last of several values. Repeated names are recorded, so that the
 * request can be refused.
 */
export class RequestFacts {
  readonly #request: ConditionedRequest;
  #query: URLSearchParams | null = null;
  #isAmbiguous = false;

  constructor(request: ConditionedRequest) {
    this.#request = request;
  }

  /** Whether a compared value occurs more than once in the request. */
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
