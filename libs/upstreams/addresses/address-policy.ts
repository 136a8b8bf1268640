import ipaddr from 'ipaddr.js';
import {
  isInRange,
  parseAddress,
  parseRange,
  type AddressRange,
  type IpAddress,
  type IpRange,
} from '#libs/addresses';

export interface AddressPolicy {
  /**
   * Whether the address may be dialed on this port. False for text that is not an address, and for an address
   * with a zone.
   */
  isAllowed(address: string, port: number): boolean;
}

/**
 * Allows public addresses and those in `allow`. The URL of an upstream comes from a tenant, who could
 * otherwise connect to services that are private to this machine or its network. Everything in the IANA
 * special-purpose registries is refused, and in IPv6 everything outside of 2000::/3. An address that embeds
 * an IPv4 address to which it leads (IPv4-mapped, NAT64 64:ff9b::/96, 6to4, Teredo) is checked as that
 * address. The port is ignored.
 */
export function createAddressPolicy(allow: readonly AddressRange[]): { isAllowed(address: string): boolean } {
  const allowed = allow.map(parseRange);
  const isAllowed = (address: IpAddress): boolean => {
    if (allowed.some((range) => isInRange(address, range))) return true;
    if (address instanceof ipaddr.IPv4) return !specialIpv4.some((range) => isInRange(address, range));
    const embedded = embeddedIpv4(address);
    if (embedded !== null) return embedded.every(isAllowed);
    return isInRange(address, globalIpv6) && !specialIpv6.some((range) => isInRange(address, range));
  };
  const verdicts = new Map<string, boolean>();
  return {
    isAllowed: (text) => {
      const known = verdicts.get(text);
      if (known !== undefined) return known;
      const address = parseAddress(text);
      const verdict = address !== null && isAllowed(address);
      // Upstreams have few addresses. If a name server invents many, the cache is cleared when it is full.
      if (verdicts.size >= maxVerdicts) verdicts.clear();
      verdicts.set(text, verdict);
      return verdict;
    },
  };
}

const maxVerdicts = 4096;

// IANA IPv4 Special-Purpose Address Registry, and multicast (RFC 5771).
const specialIpv4 = ranges([
  '0.0.0.0/8', // this network
  '10.0.0.0/8', // private use
  '100.64.0.0/10', // shared by carrier-grade NAT
  '127.0.0.0/8', // loopback
  '169.254.0.0/16', // link-local, and the metadata services of clouds
  '172.16.0.0/12', // private use
  '192.0.0.0/24', // IETF protocol assignments
  '192.0.2.0/24', // documentation
  '192.31.196.0/24', // AS112
  '192.52.193.0/24', // AMT
  '192.88.99.0/24', // 6to4 relays, deprecated
  '192.168.0.0/16', // private use
  '192.175.48.0/24', // AS112
  '198.18.0.0/15', // benchmarking
  '198.51.100.0/24', // documentation
  '203.0.113.0/24', // documentation
  '224.0.0.0/4', // multicast
  '240.0.0.0/4', // reserved, and the limited broadcast
]);

// The only block that IANA hands out from (RFC 4291 §2.4): loopback, ULA, link-local,
// multicast and the rest are outside.
const globalIpv6 = range('2000::/3');

// IANA IPv6 Special-Purpose Address Registry, as far as it lies in 2000::/3.
const specialIpv6 = ranges([
  '2001::/23', // IETF protocol assignments: benchmarking, AMT, ORCHID and more
  '2001:db8::/32', // documentation
  '2620:4f:8000::/48', // AS112
  '3fff::/20', // documentation
]);

const nat64 = range('64:ff9b::/96');
const sixToFour = range('2002::/16');
const teredo = range('2001::/32');

// Where the IPv4 address is: RFC 6052 §2.2, RFC 3056 §2, RFC 4380 §4 (the server, and the client with its
// bits flipped). In the local-use NAT64 prefix 64:ff9b:1::/48 it may be anywhere (RFC 8215 §5), so that
// one has to be allowed itself.
export function embeddedIpv4(address: ipaddr.IPv6): ipaddr.IPv4[] | null {
  const bytes = address.toByteArray();
  if (isInRange(address, nat64)) return [new ipaddr.IPv4(bytes.slice(12))];
  if (isInRange(address, sixToFour)) return [new ipaddr.IPv4(bytes.slice(2, 6))];
  if (!isInRange(address, teredo)) return null;
  const client = bytes.slice(12).map((byte) => byte ^ 0xff);
  return [new ipaddr.IPv4(bytes.slice(4, 8)), new ipaddr.IPv4(client)];
}

function ranges(texts: readonly string[]): IpRange[] {
  return texts.map(range);
}

function range(text: string): IpRange {
  return ipaddr.parseCIDR(text);
}
