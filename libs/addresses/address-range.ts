import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/** A range of addresses, as `10.0.0.0/8` or `fd00::/8`. */
export interface AddressRange {
  address: string;
  prefixLength: number;
  family: 'ipv4' | 'ipv6';
}

/** Parses a range in CIDR notation, or a single address; null if the text is neither. */
export function parseAddressRange(text: string): AddressRange | null {
  const range = isIP(text) === 0 ? text : `${text}/${isIP(text) === 4 ? 32 : 128}`;
  if (!ipaddr.isValidCIDR(range) || isIP(range.split('/')[0] ?? '') === 0) return null;
  const [address, prefixLength] = ipaddr.parseCIDR(range);
  return { address: address.toString(), prefixLength, family: address.kind() };
}
