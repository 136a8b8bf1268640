import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import { z } from 'zod';

/** An address in any notation, converted to the one in which gateways report clients. */
export const clientIpSchema = z
  .string()
  .max(64)
  .refine((text) => isIP(text) !== 0 && !text.includes('%'), { error: 'expected an IPv4 or IPv6 address' })
  .transform(canonicalAddress)
  .meta({ description: 'Address of the client, IPv4 or IPv6' });

// An IPv4-mapped address becomes the IPv4 address. ipaddr.js would do so with `::192.0.2.1` too, so a URL
// parses the address first, which writes IPv6 without dots (WHATWG URL §3.5). An invalid address, refused
// above, is returned unchanged.
function canonicalAddress(text: string): string {
  if (isIP(text) !== 6) return text;
  const { hostname } = new URL(`http://[${text}]`);
  return ipaddr.process(hostname.slice(1, -1)).toString();
}
