/**
 * Whether the field says where a request comes from or what it was before a proxy changed it. Servers take the client's
 * address from such fields, and frameworks the path, so only the gateway and trusted proxies may send them.
 */
export function isForwardingHeader(name: string): boolean {
  const lower = name.toLowerCase();
  return (
    lower.startsWith('x-forwarded-') || lower.startsWith('x-original-') || otherForwardingHeaders.has(lower)
  );
}

/** The certificate that a client was let in for, and what led to it (RFC 9440). */
export const certificateHeaders = ['client-cert', 'client-cert-chain'];

const otherForwardingHeaders: ReadonlySet<string> = new Set([
  'forwarded',
  'forwarded-for',
  'x-forwarded',
  // The client's address, in the words of proxies and CDNs.
  'cf-connecting-ip',
  'client-ip',
  'true-client-ip',
  'x-client-ip',
  'x-cluster-client-ip',
  'x-real-ip',
  // Path and host before a rewrite. IIS, Symfony and others route by them.
  'x-http-host-override',
  'x-rewrite-url',
  ...certificateHeaders,
]);
