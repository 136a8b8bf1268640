import type { KeySource, PublishedApiKey, PublishedRoute, PublishedTenant } from '#libs/contract';
import type { Tunnel } from '#libs/tunnel';

/** What is kept of a JWT while its connection lives. */
export interface LiveToken {
  /** The claim `sub`. */
  subject: string | null;
  /** Milliseconds since 1970. */
  expiresAtMs: number;
}

/** One client socket joined to one upstream socket. */
export interface LiveConnection {
  /** `con_…` */
  id: string;
  tenant: PublishedTenant;
  /** The route as it was when the connection was admitted. */
  route: PublishedRoute;
  /** The key that it was admitted with; null where the route asks for none. */
  apiKey: PublishedApiKey | null;
  /** Which secret of the key proved it; null where a ticket did, or there is no key. */
  keyPrefix: string | null;
  /** The JWT that it was admitted with; null where the route asks for none. */
  token: LiveToken | null;
  /** Where the request had the key, the ticket or the token; null where the route asked for none. */
  credentialSource: KeySource | null;
  /** The `Origin` of the request, shortened by `originToKeep`; null where there was none. */
  origin: string | null;
  /** Whether the client showed a certificate of an authority that the gateway trusts. */
  hasClientCertificate: boolean;
  clientAddress: string;
  upstreamUrl: string;
  subprotocol: string | null;
  /** What the upstream's 101 said in `Sec-WebSocket-Extensions`; null where it agreed on none. */
  negotiatedExtensions: string | null;
  startedAt: Date;
  tunnel: Tunnel;
}
