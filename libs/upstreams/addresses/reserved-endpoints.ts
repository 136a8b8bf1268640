import { networkInterfaces } from 'node:os';
import ipaddr from 'ipaddr.js';
import { parseAddress } from '#libs/addresses';
import { embeddedIpv4, type AddressPolicy } from './address-policy.js';

/**
 * Addresses and ports that no upstream may use, even if their range is allowed: those on which this gateway
 * listens, and those of the services that it depends on. A route to one of them could loop, or connect to a
 * service that trusts this machine.
 */
export class ReservedEndpoints {
  /** By port, since nearly every upstream uses a different one; then by owner. */
  readonly #byPort = new Map<number, Map<string, readonly string[]>>();

  /** The address of a listening server; `0.0.0.0` and `::` are every address of this machine. */
  addListener(address: string, port: number): void {
    const bound = normal(address);
    this.#replace(`${address} ${port}`, [bound === '0.0.0.0' || bound === '::' ? everyLocal : bound], port);
  }

  /**
   * The current addresses of a server that others run, which replace the previous ones. If it is on this
   * machine, it may listen on every address.
   */
  replaceServer(owner: string, addresses: readonly string[], port: number): void {
    const known = addresses.map(normal);
    this.#replace(
      owner,
      known.map((address) => (isLocal(address) ? everyLocal : address)),
      port,
    );
  }

  /** The policy, minus the reserved endpoints. */
  guard(policy: AddressPolicy): AddressPolicy {
    return {
      isAllowed: (address, port) => policy.isAllowed(address, port) && !this.has(address, port),
    };
  }

  has(address: string, port: number): boolean {
    const reserved = this.#byPort.get(port);
    if (reserved === undefined) return false;
    const targets = whereItLeads(address);
    return [...reserved.values()]
      .flat()
      .some((one) => (one === everyLocal ? targets.some(isLocal) : targets.includes(one)));
  }

  #replace(owner: string, addresses: readonly string[], port: number): void {
    const owners = this.#byPort.get(port) ?? new Map<string, readonly string[]>();
    owners.set(owner, addresses);
    this.#byPort.set(port, owners);
  }
}

const everyLocal = '*';

/**
 * The address itself and the IPv4 addresses that it embeds. Connecting to the unspecified address reaches
 * loopback.
 */
function whereItLeads(text: string): string[] {
  const address = parseAddress(text);
  if (address === null) return [text];
  const carried = address instanceof ipaddr.IPv6 ? (embeddedIpv4(address) ?? []) : [];
  return [address, ...carried].map((one) => {
    const form = one.toString();
    if (form === '0.0.0.0') return '127.0.0.1';
    return form === '::' ? '::1' : form;
  });
}

// Read each time, since the addresses of a machine change. Needed only for reserved ports.
function isLocal(address: string): boolean {
  if (address === '::1' || /^127\.[0-9.]+$/.test(address)) return true;
  const own = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  return own.some((one) => normal(one.address) === address);
}

function normal(address: string): string {
  return parseAddress(address)?.toString() ?? address;
}
