import { dial, type DialFailure, type DialFailureCode, type DialOptions, type DialResult } from './dial.js';
import type { UpstreamEndpoint } from './upstream-endpoint.js';

export interface DialAnyOptions extends Omit<DialOptions, 'endpoint'> {
  /** In the order in which they are to be tried. */
  endpoints: readonly UpstreamEndpoint[];
}

export type DialAnyResult =
  (Extract<DialResult, { ok: true }> & { endpoint: UpstreamEndpoint }) | DialFailure;

/**
 * Dials the upstreams in turn until one connects. Each has `connectMs`; all together have twice that, so that one
 * upstream that swallows packets leaves time for another, and a client never waits for a long list of them.
 * When none connects, the answer names the worst that happened: a forbidden address before a timeout before a refusal.
 */
export async function dialAny(options: DialAnyOptions): Promise<DialAnyResult> {
  const { endpoints, connectMs, policy, signal, lookup, trustedCertificates, tls, lendsBytes } = options;
  const deadline = performance.now() + 2 * connectMs;
  let worst: DialFailure = { ok: false, code: 'upstream_refused', detail: 'the route has no upstream' };
  for (const [index, endpoint] of endpoints.entries()) {
    const timeLeftMs = deadline - performance.now();
    if (timeLeftMs <= 0) return worst;
    const result = await dial({
      endpoint,
      policy,
      connectMs: Math.min(connectMs, timeLeftMs),
      signal,
      lookup,
      trustedCertificates,
      tls,
      lendsBytes,
    });
    if (result.ok) return { ok: true, socket: result.socket, address: result.address, endpoint };
    if (result.code === 'aborted') return result;
    if (index === 0 || severity[result.code] > severity[worst.code]) worst = result;
  }
  return worst;
}

const severity: Readonly<Record<DialFailureCode, number>> = {
  upstream_refused: 0,
  upstream_timeout: 1,
  upstream_forbidden_address: 2,
  aborted: 3,
};
