import type { PublishedRoute, PublishedStickyKey } from '#libs/contract';
import { cookieValues } from '#libs/handshake';
import type { BalancedRequest } from './balancing/hash-key.js';
import { StickyTokens, type StickyToken } from './balancing/sticky-tokens.js';
import type { UpstreamState } from './upstream-state.js';

type StickyRoute = Pick<PublishedRoute, 'id' | 'tenantId' | 'stickyCookie' | 'onChange'>;

/** The result of reading the sticky cookies of a request. */
export interface StickyRequest {
  /** The upstream that the cookies identify; null if none. */
  upstream: UpstreamState | null;
  /** The cookie token for an upstream of the route. */
  tokenOf: (upstream: UpstreamState) => StickyToken | null;
}

/** Reads the sticky cookies of requests of one route. */
export class StickyUpstreams {
  #key: PublishedStickyKey | null = null;
  #upstreams: readonly UpstreamState[] = [];
  #tokens: StickyTokens<UpstreamState> | null = null;

  constructor(private readonly keyOf: (tenantId: string) => PublishedStickyKey | null) {}

  /** Returns null while the tenant has no key. `upstreams` are the listed upstreams of the route. */
  read(
    route: StickyRoute,
    upstreams: readonly UpstreamState[],
    { request }: BalancedRequest,
  ): StickyRequest | null {
    const tokens = this.#tokensFor(route, upstreams);
    if (tokens === null) return null;
    const cookies = cookieValues(request.headers, route.stickyCookie.name);
    return {
      upstream: tokens.upstreamOf(cookies),
      tokenOf: (upstream) => tokens.tokenOf(upstream, cookies),
    };
  }

  #tokensFor(
    { id, tenantId }: StickyRoute,
    upstreams: readonly UpstreamState[],
  ): StickyTokens<UpstreamState> | null {
    const key = this.keyOf(tenantId);
    if (key === this.#key && upstreams === this.#upstreams) return this.#tokens;
    this.#key = key;
    this.#upstreams = upstreams;
    this.#tokens = key && new StickyTokens(id, key, upstreams);
    return this.#tokens;
  }
}

/**
 * Whether an upstream that accepts no new clients still accepts its returning ones: while it drains or has
 * the weight 0, if the route keeps its connections. If the route closes them, clients must move to other
 * upstreams. A backup accepts clients only while it is needed.
 */
export function takesClientsBack({ settings, health }: UpstreamState, { onChange }: StickyRoute): boolean {
  const { state, weight, backup } = settings;
  if (backup || !health.isWell) return false;
  return state === 'drain' ? onChange === 'keep' : state === 'active' && weight === 0;
}
