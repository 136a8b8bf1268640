import type { KeySource, PublishedApiKey, PublishedRoute, PublishedTenant } from '#libs/contract';
import type { Tunnel } from '#libs/tunnel';

/** The part of a JWT that is kept while its connection lives. */
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
  /** The key that it was admitted with; null if the route requires none. */
  apiKey: PublishedApiKey | null;
  /** The prefix of the key's secret that was presented; null for a ticket, or without a key. */
  keyPrefix: string | null;
  /** The JWT that it was admitted with; null if the route requires none. */
  token: LiveToken | null;
  /** Where the request carried the key, the ticket or the token; null if the route required none. */
  credentialSource: KeySource | null;
  /** The `Origin` of the request, shortened by `originToKeep`; null if there was none. */
  origin: string | null;
  /** Whether the client presented a certificate of an authority that the gateway trusts. */
  hasClientCertificate: boolean;
  clientAddress: string;
  upstreamUrl: string;
  subprotocol: string | null;
  /** `Sec-WebSocket-Extensions` of the upstream's 101; null if it agreed on none. */
  negotiatedExtensions: string | null;
  startedAt: Date;
  tunnel: Tunnel;
}
