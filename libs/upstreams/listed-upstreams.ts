import { isIPv6 } from 'node:net';
import { upstreamId, type Upstream } from '#libs/contract';
import type { ServiceRecord } from './discovery/service-record.js';
import { parseUpstreamEndpoint, type UpstreamEndpoint } from './upstream-endpoint.js';

/** An upstream that a route lists, or one that was discovered under a name that it lists. */
export interface ListedUpstream {
  /** The URL to dial; `settings.url` is the URL that the route lists. */
  url: string;
  settings: Upstream;
}

/**
 * The upstreams of a route by their id, in its order. Routes that were stored before an upstream could not
 * be listed twice count it once, with the sum of its weights.
 */
export function listedUpstreams(
  upstreams: readonly Upstream[],
  recordsOf: (upstream: Upstream) => readonly ServiceRecord[],
): Map<string, ListedUpstream> {
  const byId = new Map<string, ListedUpstream>();
  for (const upstream of upstreams) {
    const isDiscovered = upstream.discovery !== 'none';
    const found = isDiscovered
      ? discovered(upstream, recordsOf(upstream))
      : [{ url: upstream.url, settings: upstream }];
    for (const { url, settings } of found) {
      const id = idOf(url, settings);
      const before = byId.get(id);
      const weight = settings.weight + (before?.settings.weight ?? 0);
      byId.set(id, before ? { url, settings: withChanges(before.settings, { weight }) } : { url, settings });
    }
  }
  return byId;
}

// One address under two names is two upstreams.
function idOf(url: string, { url: listedUrl, discovery }: Upstream): string {
  if (discovery !== 'addresses') return upstreamId(url);
  const place = new URL(url);
  place.pathname = `/${new URL(listedUrl).host}${place.pathname}`;
  return upstreamId(place.href);
}

/**
 * The endpoint of a listed upstream. Requests to a discovered address use the name under which it was
 * discovered, in `Host` and with TLS.
 */
export function endpointOf(url: string, settings: Pick<Upstream, 'url' | 'discovery'>): UpstreamEndpoint {
  const endpoint = parseUpstreamEndpoint(url);
  if (settings.discovery !== 'addresses') return endpoint;
  const { authority, hostname } = parseUpstreamEndpoint(settings.url);
  const { isTls, hostname: address, isAddress, port, basePath } = endpoint;
  return { url, isTls, hostname: address, isAddress, serverName: hostname, port, authority, basePath };
}

/** Records of the lowest priority share the weight of the upstream; the others are backups. */
function discovered(upstream: Upstream, records: readonly ServiceRecord[]): ListedUpstream[] {
  const listed = new URL(upstream.url);
  const lowest = Math.min(...records.map(({ priority }) => priority));
  return records.flatMap((record) => {
    const host = isIPv6(record.target) ? `[${record.target}]` : record.target;
    const url = `${listed.protocol}//${host}:${record.port}${listed.pathname}`;
    if (record.port === 0 || !URL.canParse(url)) return [];
    const alike = records.filter(({ priority }) => priority === record.priority);
    const total = alike.reduce((sum, one) => sum + weightOf(one), 0);
    const weight = (upstream.weight * weightOf(record)) / total;
    const backup = upstream.backup || record.priority > lowest;
    return [{ url, settings: withChanges(upstream, { weight, backup }) }];
  });
}

// A weight of 0 is a small chance, and not none (RFC 2782).
function weightOf({ weight }: ServiceRecord): number {
  return Math.max(weight, 1);
}

function withChanges(upstream: Upstream, changes: Partial<Pick<Upstream, 'weight' | 'backup'>>): Upstream {
  const { url, discovery, state, maxConnections, maxPending } = upstream;
  const { weight = upstream.weight, backup = upstream.backup } = changes;
  return { url, discovery, weight, state, backup, maxConnections, maxPending };
}
