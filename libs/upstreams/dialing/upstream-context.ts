import { createSecureContext, type SecureContext } from 'node:tls';
import type { UpstreamTls } from '#libs/contract';

const contexts = new WeakMap<UpstreamTls, SecureContext>();

/**
 * The TLS context for the upstreams of a route: parsed once for each version of the route, and dropped with
 * it. The texts were validated when the route was accepted. Undefined if Node's defaults are sufficient.
 */
export function upstreamContext(tls: UpstreamTls): SecureContext | undefined {
  const { ca, clientCertificate, clientKey } = tls;
  if (ca === null && clientCertificate === null) return undefined;
  const known = contexts.get(tls);
  if (known) return known;
  const context = createSecureContext({
    ca: ca ?? undefined,
    cert: clientCertificate ?? undefined,
    key: clientKey ?? undefined,
  });
  contexts.set(tls, context);
  return context;
}
