import type { Findings } from './findings.js';
import type { Directive } from './parser.js';
import type { RouteFields } from './route-document.js';
import { argument } from './scope.js';
import { stickyBalancingOf } from './sticky-cookie.js';

export type Balancing = Pick<RouteFields, 'balancing' | 'hashKey' | 'stickyCookie'>;
type HashKey = NonNullable<RouteFields['hashKey']>;

/** How a directive of an `upstream` block chooses among its servers; null: it says nothing about that. */
export function balancingOf(directive: Directive, findings: Findings): Balancing | null {
  switch (directive.name) {
    case 'least_conn':
      return { balancing: 'leastConnections' };
    case 'random':
      return { balancing: 'powerOfTwo' };
    case 'ip_hash':
      // nginx hashes the first three numbers of an IPv4 address, and the whole of an IPv6 address.
      return hashedBy({ from: 'clientAddress', ipv4PrefixLength: 24, ipv6PrefixLength: 128 });
    case 'hash': {
      const hashKey = hashKeyOf(argument(directive, 0));
      if (hashKey !== null) return hashedBy(hashKey);
      findings.warn(directive, 'what it hashes is not carried over: upstreams are taken in turns');
      return {};
    }
    case 'sticky':
      return stickyBalancingOf(directive, findings) ?? {};
    default:
      return null;
  }
}

function hashedBy(hashKey: HashKey): Balancing {
  return { balancing: 'consistentHash', hashKey };
}

function hashKeyOf(value: string): HashKey | null {
  if (/^\$(?:binary_)?remote_addr$/.test(value)) return { from: 'clientAddress', ipv6PrefixLength: 128 };
  const [, kind = '', name = ''] = /^\$(http|cookie|arg)_([A-Za-z0-9_]+)$/.exec(value) ?? [];
  // In names of variables nginx has an underscore for each hyphen of a header field.
  if (kind === 'http') return { from: 'header', name: name.replaceAll('_', '-') };
  if (kind === 'cookie') return { from: 'cookie', name };
  return kind === 'arg' ? { from: 'query', name } : null;
}
