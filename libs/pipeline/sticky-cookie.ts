import type { PublishedRoute } from '#libs/contract';
import type { HeaderField } from '#libs/handshake';
import type { StickyToken } from '#libs/upstreams';

type StickyRoute = Pick<PublishedRoute, 'balancing' | 'stickyCookie' | 'match'>;

/**
 * The `Set-Cookie` that brings the client back to the upstream that answered it. Null: the route has none,
 * or the client has it already and it does not expire.
 */
export function stickyCookieFor(
  { balancing, stickyCookie, match }: StickyRoute,
  turn: { readonly stickyToken: StickyToken | null },
): HeaderField | null {
  if (balancing !== 'sticky') return null;
  const token = turn.stickyToken;
  const { name, sameSite, secure, partitioned, maxAgeSeconds } = stickyCookie;
  if (token === null || (token.isKnown && maxAgeSeconds === null)) return null;
  const attributes = [
    `${name}=${token.value}`,
    `Path=${pathFor(name, match)}`,
    ...(maxAgeSeconds === null ? [] : [`Max-Age=${maxAgeSeconds}`]),
    'HttpOnly',
    `SameSite=${sameSiteNames[sameSite]}`,
    ...(secure ? ['Secure'] : []),
    ...(partitioned ? ['Partitioned'] : []),
  ];
  return ['Set-Cookie', attributes.join('; ')];
}

const sameSiteNames = { lax: 'Lax', strict: 'Strict', none: 'None' };

/**
 * The path of the route, so that routes of one host do not replace the cookies of each other. Browsers
 * accept `__Host-` with `/` only (RFC 6265bis §4.1.3), and a semicolon would end the attribute.
 */
function pathFor(name: string, { path, pathType }: PublishedRoute['match']): string {
  if (/^__host-/i.test(name) || path.includes(';') || pathType === 'regex') return '/';
  const end = pathType === 'template' ? path.indexOf('/:') : -1;
  return end === -1 ? path : path.slice(0, end) || '/';
}
