/**
 * Returns whether the field states the origin of a request, or its form before a proxy changed it. Servers
 * take the client's address from such fields, and frameworks take the path. Therefore only the gateway and
 * trusted proxies may send them.
 */
export function isForwardingHeader(name: string): boolean {
  const lower = name.toLowerCase();
  return (
    lower.startsWith('x-forwarded-') || lower.startsWith('x-original-') || otherForwardingHeaders.has(lower)
  );
}

/** The fields for the certificate that authenticated a client, and for its chain (RFC 9440). */
export const certificateHeaders = ['client-cert', 'client-cert-chain'];

/** The names that have no prefix in common. */
export const otherForwardingHeaders: ReadonlySet<string> = new Set([
  'forwarded',
  'forwarded-for',
  'x-forwarded',
  // The client's address, in the field names of proxies and CDNs.
  'cf-connecting-ip',
  'client-ip',
  'true-client-ip',
  'x-client-ip',
  'x-cluster-client-ip',
  'x-real-ip',
  // The path and the host before a rewrite. IIS, Symfony and others use them for routing.
  'x-http-host-override',
  'x-rewrite-url',
  ...certificateHeaders,
]);
