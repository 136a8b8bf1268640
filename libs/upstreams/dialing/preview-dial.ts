import type { UpstreamEndpoint } from '../upstream-endpoint.js';
import { forbidden, maxRefreshMs } from './dial.js';
import type { DialFailure } from './dial-options.js';
import { worse, type DialUpstreamsOptions } from './dial-upstreams.js';
import { resolveUpstream } from './resolve-upstream.js';

type PreviewOptions = Pick<DialUpstreamsOptions, 'endpoints' | 'policy' | 'lookup' | 'connectMs'> & {
  /** How many of the endpoints are tried at most. */
  maxTried: number;
};

/** An upstream that would be tried, with the addresses of its name. */
export interface DialPreview {
  endpoint: UpstreamEndpoint;
  addresses: readonly { address: string; isAllowed: boolean }[];
  /** The reason why none of them would be dialed; null: one would be. */
  failure: DialFailure | null;
}

/**
 * The upstreams that `dialUpstreams` would try, up to the first one with an address that may be dialed. Names
 * are resolved, and nothing is dialed. The failure is the one of `dialUpstreams`; null if an address may be
 * dialed.
 */
export async function previewDial({
  endpoints,
  maxTried,
  ...options
}: PreviewOptions): Promise<{ previews: DialPreview[]; failure: DialFailure | null }> {
  const previews: DialPreview[] = [];
  let worst: DialFailure | null = null;
  for (const endpoint of endpoints.slice(0, maxTried)) {
    const preview = await previewOne(endpoint, options);
    previews.push(preview);
    if (preview.failure === null) return { previews, failure: null };
    worst = worse(worst, preview.failure);
  }
  return { previews, failure: worst };
}

async function previewOne(
  endpoint: UpstreamEndpoint,
  { policy, lookup, connectMs }: Pick<PreviewOptions, 'policy' | 'lookup' | 'connectMs'>,
): Promise<DialPreview> {
  const resolve = (timeoutMs: number, refresh: boolean) =>
    resolveUpstream(endpoint, { lookup }, { timeoutMs, refresh });
  const resolved = await resolve(connectMs, false);
  if (!resolved.ok) return { endpoint, addresses: [], failure: resolved };
  const judge = (found: readonly string[]): DialPreview['addresses'] =>
    found.map((address) => ({ address, isAllowed: policy.isAllowed(address, endpoint.port) }));
  let addresses = judge(resolved.addresses);
  if (!addresses.some(({ isAllowed }) => isAllowed) && !endpoint.isAddress) {
    const refreshed = await resolve(Math.min(connectMs, maxRefreshMs), true);
    if (refreshed.ok) addresses = judge(refreshed.addresses);
  }
  const mayDial = addresses.some(({ isAllowed }) => isAllowed);
  return { endpoint, addresses, failure: mayDial ? null : forbidden(endpoint) };
}
