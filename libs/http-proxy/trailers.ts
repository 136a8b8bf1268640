import { fieldName, type HeaderField } from '#libs/handshake';

// Fields that a receiver needs before the body, or that it trusts: framing, routing,
// authentication, modifiers of the request, and control data (RFC 9110 §6.5.1). Fields of the
// connection and of the gateway are known by their name.
const beforeBody: ReadonlySet<string> = new Set([
  'age',
  'authorization',
  'cache-control',
  'content-encoding',
  'content-range',
  'content-type',
  'cookie',
  'date',
  'expires',
  'host',
  'location',
  'max-forwards',
  'origin',
  'pragma',
  'range',
  'retry-after',
  'set-cookie',
  'vary',
  'warning',
  'www-authenticate',
  'x-api-key',
]);

/**
 * Whether a field may come after the body. A server may merge trailers into the header, so that a
 * trailer must not forge a field that the gateway has checked, taken out or written.
 */
export function mayTrail(name: string): boolean {
  const { lower, isToken, isHopByHop, isFixed, isOwn, isDisguised } = fieldName(name);
  if (!isToken || isHopByHop || isFixed || isOwn || isDisguised) return false;
  if (lower.startsWith('access-control-') || lower.startsWith('if-')) return false;
  return !beforeBody.has(lower);
}

/** The trailers that may be forwarded. */
export function allowedTrailers(
  trailers: readonly HeaderField[],
  isAllowed: (name: string) => boolean,
): [name: string, value: string][] {
  const allowed: [name: string, value: string][] = [];
  for (const [name, value] of trailers) if (isAllowed(name)) allowed.push([name, value]);
  return allowed;
}
