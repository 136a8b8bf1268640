import { isIP } from 'node:net';
import { linesOf } from './lines-of.js';

/** The addresses of each name in `/etc/hosts`, IPv4 first; names are in lower case. */
export function parseHosts(text: string): ReadonlyMap<string, readonly string[]> {
  const addresses = new Map<string, string[]>();
  for (const [address = '', ...names] of linesOf(text)) {
    if (isIP(address) === 0) continue;
    for (const name of names) {
      const key = name.toLowerCase();
      addresses.set(
        key,
        [...(addresses.get(key) ?? []), address].sort((a, b) => isIP(a) - isIP(b)),
      );
    }
  }
  return addresses;
}
