import { isIPv4 } from 'node:net';
import ipaddr from 'ipaddr.js';
import { parseAddress } from './address-ranges.js';

/**
 * What counts as one client address: an IPv4 address, or the /64 of an IPv6 address, of which one subscriber has all
 * (RFC 6177), so that nobody gets around a limit by taking another address of his own. Text that is no address stands
 * for itself.
 */
export function addressBlock(address: string): string {
  if (isIPv4(address)) return address;
  const [withoutZone = ''] = address.split('%');
  const parsed = parseAddress(withoutZone);
  if (parsed === null) return address;
  if (parsed instanceof ipaddr.IPv4) return parsed.toString();
  return `${parsed.parts
    .slice(0, 4)
    .map((part) => part.toString(16))
    .join(':')}::/64`;
}
