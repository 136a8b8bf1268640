/** The filters of the upstreams page. */
export interface UpstreamsSearch {
  /** Part of the name, host or path of a route. */
  q?: string;
  tenant?: string;
  /** Part of the URL of an upstream. */
  upstream?: string;
}

export function readUpstreamsSearch(search: Record<string, unknown>): UpstreamsSearch {
  const text = (name: string): string | undefined =>
    typeof search[name] === 'string' && search[name] !== '' ? search[name] : undefined;
  return { q: text('q'), tenant: text('tenant'), upstream: text('upstream') };
}
