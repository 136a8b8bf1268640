import { createHmac, timingSafeEqual } from 'node:crypto';
import type { PublishedStickyKey } from '#libs/contract';

/** The sticky cookie of one client for one upstream. */
export interface StickyToken {
  /** The value of the cookie: 256 bits in base64url. */
  value: string;
  /** Whether the client has sent this value. */
  isKnown: boolean;
}

interface SignedUpstream<U> {
  upstream: U;
  value: Buffer;
}

// The first 66 bits of a value are the key of a map, so timing may disclose them. The other 190 bits are
// compared in constant time.
const startLength = 11;
const valueLength = 43;

/**
 * The values of sticky cookies for the upstreams of one route. A value is an HMAC of the upstream's id, made
 * with a key of the tenant. It does not contain the id: that is a hash of the URL without a secret, from
 * which a client could find out internal addresses by trying them all.
 */
export class StickyTokens<U extends { readonly id: string }> {
  readonly #values = new Map<U, string>();
  readonly #byStart = new Map<string, SignedUpstream<U>>();

  constructor(
    routeId: string,
    { tenantId, secret, previousSecret }: PublishedStickyKey,
    upstreams: readonly U[],
  ) {
    const place = `${tenantId} ${routeId}`;
    for (const upstream of upstreams) {
      const value = sign(secret, place, upstream.id);
      this.#values.set(upstream, value);
      this.#add(value, upstream);
      if (previousSecret !== null) this.#add(sign(previousSecret, place, upstream.id), upstream);
    }
  }

  /**
   * The upstream that the sticky cookies of a request identify; null if there is none, or several. A cookie
   * that was forged, has another length, belongs to another route or tenant, or was signed with an older key
   * is ignored.
   */
  upstreamOf(cookies: readonly string[]): U | null {
    let found: U | null = null;
    for (const cookie of cookies) {
      const upstream = this.#verify(cookie);
      if (upstream === null || upstream === found) continue;
      if (found !== null) return null;
      found = upstream;
    }
    return found;
  }

  /** The token of an upstream for a client with these cookies; null if the route does not list it. */
  tokenOf(upstream: U, cookies: readonly string[]): StickyToken | null {
    const value = this.#values.get(upstream);
    if (value === undefined) return null;
    return { value, isKnown: this.upstreamOf(cookies) === upstream && cookies.includes(value) };
  }

  #add(value: string, upstream: U): void {
    this.#byStart.set(value.slice(0, startLength), { upstream, value: Buffer.from(value, 'latin1') });
  }

  #verify(cookie: string): U | null {
    if (cookie.length !== valueLength) return null;
    const named = this.#byStart.get(cookie.slice(0, startLength));
    return named && timingSafeEqual(Buffer.from(cookie, 'latin1'), named.value) ? named.upstream : null;
  }
}

function sign(secret: string, place: string, upstreamId: string): string {
  return createHmac('sha256', Buffer.from(secret, 'hex'))
    .update(`sticky upstream of ${place}: ${upstreamId}`)
    .digest('base64url');
}
