/**
 * Addresses: parsing and comparing IP addresses and ranges, and finding the address of a client behind
 * trusted proxies. The settings, the gateway's listeners, the limits and the address policy of upstreams use
 * it. Read address-ranges.ts first.
 */
export { addressBlock } from './address-block.js';
export { addressPrefix } from './address-prefix.js';
export { parseAddressRange, type AddressRange } from './address-range.js';
export { createAddressMatcher, isInRange, parseAddress, parseRange } from './address-ranges.js';
export type { IpAddress, IpRange } from './address-ranges.js';
export { createClientAddressReader, type ClientAddress, type ReadClientAddress } from './client-address.js';
