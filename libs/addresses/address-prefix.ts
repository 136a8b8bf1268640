import { parseAddress } from './address-ranges.js';

/**
 * The network of an address, as text that is equal for all addresses of that network. IPv4 within IPv6 counts
 * as IPv4; text that is not an address is returned unchanged.
 */
export function addressPrefix(text: string, lengths: { ipv4: number; ipv6: number }): string {
  const address = parseAddress(text);
  if (address === null) return text;
  const bytes = address.toByteArray();
  const length = bytes.length === 4 ? lengths.ipv4 : lengths.ipv6;
  const masked = bytes.map((byte, index) => byte & maskAt(length - index * 8));
  return `${Buffer.from(masked).toString('hex')}/${length}`;
}

/** The mask of a byte of which the first `bits` belong to the network. */
function maskAt(bits: number): number {
  if (bits >= 8) return 0xff;
  return bits <= 0 ? 0 : (0xff << (8 - bits)) & 0xff;
}
