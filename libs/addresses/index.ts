export { addressBlock } from './address-block.js';
export { createAddressMatcher, isInRange, parseAddress, parseRange } from './address-ranges.js';
export type { IpAddress, IpRange } from './address-ranges.js';
export { createClientAddressReader, type ClientAddress, type ReadClientAddress } from './client-address.js';
