import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import { z } from 'zod';

/** An address in any of its spellings, turned into the one in which gateways report clients. */
export const clientIpSchema = z
  .string()
  .max(64)
  .refine((text) => isIP(text) !== 0 && !text.includes('%'), { error: 'expected an IPv4 or IPv6 address' })
  .transform(canonicalAddress)
  .meta({ description: 'Address of the client, IPv4 or IPv6' });

// An IPv4-mapped address is the IPv4 address. ipaddr.js would take `::192.0.2.1` for one too, so a URL, which writes
// an IPv6 address without dots (WHATWG URL §3.5), reads it first. It also stands for what was refused above.
function canonicalAddress(text: string): string {
  if (isIP(text) !== 6) return text;
  const { hostname } = new URL(`http://[${text}]`);
  return ipaddr.process(hostname.slice(1, -1)).toString();
}
