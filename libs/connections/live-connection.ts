import type { KeySource, PublishedApiKey, PublishedRoute, PublishedTenant } from '#libs/contract';
import type { ConnectionLanes, Tunnel } from '#libs/tunnel';

/** The data of a JWT that is kept for its connection. */
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
  /** The version of the route with which the connection was admitted. */
  route: PublishedRoute;
  /** The key of the client; null if the route requires none. */
  apiKey: PublishedApiKey | null;
  /** The prefix of the key's secret that was presented; null for a ticket, or without a key. */
  keyPrefix: string | null;
  /** The JWT of the client; null if the route requires none. */
  token: LiveToken | null;
  /** The part of the request with the key, the ticket or the token; null if the route required none. */
  credentialSource: KeySource | null;
  /** The `Origin` of the request, shortened by `originToKeep`; null if there was none. */
  origin: string | null;
  /** Whether the client presented a certificate of an authority that the gateway trusts. */
  hasClientCertificate: boolean;
  clientAddress: string;
  upstreamUrl: string;
  /** Differs from the upstream in the route if it was discovered under a name. */
  readonly listedUpstreamUrl: string;
  subprotocol: string | null;
  /** `Sec-WebSocket-Extensions` of the upstream's 101; null if it agreed on none. */
  negotiatedExtensions: string | null;
  /** Replaced when its route or its key gets rates or loses them. */
  lanes: ConnectionLanes;
  tunnel: Tunnel;
}
