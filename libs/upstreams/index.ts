/**
 * Upstreams: choosing an upstream of a route, resolving its name (names/), checking its addresses against
 * the policy, and connecting to one of them, with TLS where its URL asks for it. The pipeline dials with it.
 * Read dial-upstreams.ts first.
 */
export { createAddressPolicy, type AddressPolicy } from './address-policy.js';
export { Balancer } from './balancer.js';
export type { ConnectedSocket, ConnectPlain } from './connect-to.js';
export type { Dialed, DialFailure, LookupAddresses } from './dial-options.js';
export { dialFirst, dialUpstreams } from './dial-upstreams.js';
export { NameResolver } from './names/name-resolver.js';
export { reserveServer } from './reserve-server.js';
export { ReservedEndpoints } from './reserved-endpoints.js';
export { resolveUpstream } from './resolve-upstream.js';
export { parseUpstreamEndpoint, type UpstreamEndpoint } from './upstream-endpoint.js';
