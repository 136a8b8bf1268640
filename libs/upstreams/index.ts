export { createAddressPolicy, type AddressPolicy } from './address-policy.js';
export { Balancer } from './balancer.js';
export type { LookupAddresses } from './dial.js';
export { dialAny } from './dial-any.js';
export type { UpstreamEndpoint } from './upstream-endpoint.js';
export { reserveServer } from './reserve-server.js';
export { ReservedEndpoints } from './reserved-endpoints.js';
