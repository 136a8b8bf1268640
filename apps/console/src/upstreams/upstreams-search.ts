import { textIn } from '../parts/search-text.js';

/** The filters of the upstreams page. */
export interface UpstreamsSearch {
  /** Part of the name, host or path of a route. */
  q?: string;
  tenant?: string;
  /** Part of the URL of an upstream. */
  upstream?: string;
}

export function readUpstreamsSearch(search: Record<string, unknown>): UpstreamsSearch {
  return { q: textIn(search, 'q'), tenant: textIn(search, 'tenant'), upstream: textIn(search, 'upstream') };
}
