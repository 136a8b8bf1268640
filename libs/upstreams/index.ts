export { createAddressPolicy, type AddressPolicy } from './address-policy.js';
export { Balancer } from './balancer.js';
export type { ConnectedSocket, ConnectPlain } from './connect-to.js';
export type { Dialed, DialFailure, LookupAddresses } from './dial-options.js';
export { dialFirst, dialUpstreams } from './dial-upstreams.js';
export { resolveUpstream } from './resolve-upstream.js';
export { parseUpstreamEndpoint, type UpstreamEndpoint } from './upstream-endpoint.js';
export { reserveServer } from './reserve-server.js';
export { ReservedEndpoints } from './reserved-endpoints.js';
