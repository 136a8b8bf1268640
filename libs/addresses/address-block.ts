import ipaddr from 'ipaddr.js';
import { parseAddress } from './address-ranges.js';

/**
 * The block that counts as one client address: an IPv4 address, or the /64 of an IPv6 address, which belongs
 * to one subscriber (RFC 6177), so that changing the address within it does not evade a limit. Text that is
 * not an address is returned unchanged.
 */
export function addressBlock(address: string): string {
  // An IPv4 address, which is its own block, or no address.
  if (!address.includes(':')) return address;
  const [withoutZone = ''] = address.split('%');
  const parsed = parseAddress(withoutZone);
  if (parsed === null) return address;
  if (parsed instanceof ipaddr.IPv4) return parsed.toString();
  return `${parsed.parts
    .slice(0, 4)
    .map((part) => part.toString(16))
    .join(':')}::/64`;
}
