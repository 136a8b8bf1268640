export { createAddressPolicy, type AddressPolicy } from './address-policy.js';
export { createAddressMatcher } from './address-ranges.js';
export { Balancer, type BalancedRoute } from './balancer.js';
export { dial, type DialFailure, type DialOptions, type DialResult, type LookupAddresses } from './dial.js';
export { dialAny, type DialAnyOptions, type DialAnyResult } from './dial-any.js';
export { parseUpstreamEndpoint, type UpstreamEndpoint } from './upstream-endpoint.js';
