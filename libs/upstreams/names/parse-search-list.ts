import { linesOf } from './lines-of.js';

// The traditional bound of resolvers. Each domain adds a query for an unknown name.
const maxDomains = 6;

/**
 * The domains of `/etc/resolv.conf` in which short names are looked up (resolv.conf(5)): the last such line
 * counts.
 */
export function parseSearchList(text: string): readonly string[] {
  const lines = linesOf(text).filter(([keyword]) => keyword === 'search' || keyword === 'domain');
  const domains = lines.at(-1)?.slice(1) ?? [];
  return domains
    .map((domain) => domain.replace(/\.$/, ''))
    .filter((domain) => domain !== '')
    .slice(0, maxDomains);
}
