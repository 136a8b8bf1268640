import { newId, publishedRouteSchema, type PublishedRoute, type PublishedStickyKey } from '#libs/contract';
import { UpstreamPools, type UpstreamTurn } from '#libs/upstreams';

/** A request that no balancing policy can distinguish from another. */
export const anyRequest = {
  clientAddress: '192.0.2.1',
  request: { headers: [], path: '/', rawQuery: null },
};

/** Pools whose upstreams are never probed, and have no records in DNS. */
export function unprobedPools({
  now = () => 0,
  stickyKey = () => null,
}: { now?: () => number; stickyKey?: () => PublishedStickyKey | null } = {}): UpstreamPools {
  const health = { state: 'unknown', since: new Date(), lastProbe: null } as const;
  return new UpstreamPools({
    checks: { watch: () => ({ health, release: () => undefined }) },
    onTransition: () => undefined,
    findServices: () => Promise.reject(new Error('no name server')),
    lookupFor: () => () => Promise.reject(new Error('no name server')),
    now,
    stickyKey,
  });
}

/** A published route to these upstreams. */
export function routeTo(upstreams: readonly object[], others: object = {}): PublishedRoute {
  const ids = { id: newId('route'), tenantId: newId('tenant') };
  return publishedRouteSchema.parse({ ...ids, match: { path: '/' }, upstreams, ...others });
}

/** The first letters of the hosts of a turn's candidates, in their order. */
export function namesOf({ candidates }: Pick<UpstreamTurn, 'candidates'>): string {
  return candidates.map(({ endpoint }) => endpoint.hostname.charAt(0)).join('');
}
