import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import type { AddressRange } from './address-range.js';

export type IpAddress = ipaddr.IPv4 | ipaddr.IPv6;
export type IpRange = readonly [address: IpAddress, prefixLength: number];

const mappedPrefixLength = 96;

/**
 * The address in the form for comparisons: an IPv4-mapped address (`::ffff:192.0.2.1`) becomes the IPv4
 * address. Null if the text is not an address, or has a zone (`fe80::1%eth0`), which has no meaning outside
 * its link.
 */
export function parseAddress(text: string): IpAddress | null {
  if (isIP(text) === 0 || text.includes('%')) return null;
  return ipaddr.process(hexadecimalTail(text));
}

// ipaddr.js reads `::192.0.2.1` as `::ffff:192.0.2.1`, which is another address; without dots it reads both
// correctly.
function hexadecimalTail(text: string): string {
  const tail = text.slice(text.lastIndexOf(':') + 1);
  if (tail === text || !tail.includes('.')) return text;
  const [a = 0, b = 0, c = 0, d = 0] = tail.split('.').map(Number);
  const groups = [a * 256 + b, c * 256 + d].map((group) => group.toString(16));
  return text.slice(0, -tail.length) + groups.join(':');
}

/** The range in the form for comparisons. */
export function parseRange({ address, prefixLength }: AddressRange): IpRange {
  const parsed = ipaddr.parse(address);
  const isMapped = parsed instanceof ipaddr.IPv6 && parsed.isIPv4MappedAddress();
  if (!isMapped || prefixLength < mappedPrefixLength) return [parsed, prefixLength];
  return [parsed.toIPv4Address(), prefixLength - mappedPrefixLength];
}

export function isInRange(address: IpAddress, [base, prefixLength]: IpRange): boolean {
  if (address instanceof ipaddr.IPv4) {
    return base instanceof ipaddr.IPv4 && address.match(base, prefixLength);
  }
  return base instanceof ipaddr.IPv6 && address.match(base, prefixLength);
}

/**
 * Returns a function that tests whether an address, as text, is in one of the ranges; other text is in none.
 */
export function createAddressMatcher(ranges: readonly AddressRange[]): (address: string) => boolean {
  const parsedRanges = ranges.map(parseRange);
  if (parsedRanges.length === 0) return () => false;
  return (text) => {
    const address = parseAddress(text);
    return address !== null && parsedRanges.some((range) => isInRange(address, range));
  };
}
