import type { PublishedApiKey, PublishedRoute, PublishedTenant } from '#libs/contract';
import type { Tunnel } from '#libs/tunnel';

/** One client socket joined to one upstream socket. */
export interface LiveConnection {
  /** `con_…` */
  id: string;
  tenant: PublishedTenant;
  /** The route as it was when the connection was admitted. */
  route: PublishedRoute;
  /** The key that it was admitted with; null where the route asks for none. */
  apiKey: PublishedApiKey | null;
  clientAddress: string;
  upstreamUrl: string;
  subprotocol: string | null;
  /** What the upstream's 101 said in `Sec-WebSocket-Extensions`; null where it agreed on none. */
  negotiatedExtensions: string | null;
  startedAt: Date;
  tunnel: Tunnel;
}
