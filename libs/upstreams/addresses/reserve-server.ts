import { lookup as lookupHost } from 'node:dns/promises';
import { isIP } from 'node:net';
import type { LookupAddresses } from '../dialing/dial-options.js';
import type { ReservedEndpoints } from './reserved-endpoints.js';

export interface ReserveServerOptions {
  /** A name, or an address with or without brackets. */
  host: string;
  port: number;
  /** How often a name is looked up again. */
  everyMs?: number;
  lookup?: LookupAddresses;
}

/**
 * Reserves the addresses of a server that is not this process, so that no upstream can use them. The name is
 * resolved again at intervals; a failed look-up keeps the previous addresses. Returns a function that stops
 * this.
 */
export function reserveServer(
  reserved: ReservedEndpoints,
  { host, port, everyMs = 10_000, lookup = lookupAll }: ReserveServerOptions,
): () => void {
  const hostname = host.replace(/^\[(.*)\]$/, '$1');
  const owner = `${host} ${port}`;
  if (isIP(hostname) !== 0) {
    reserved.replaceServer(owner, [hostname], port);
    return () => undefined;
  }
  let isStopped = false;
  const look = (): void => {
    lookup(hostname).then(
      (found) => {
        const addresses = found.map(({ address }) => address);
        if (!isStopped) reserved.replaceServer(owner, addresses, port);
      },
      () => undefined,
    );
  };
  look();
  const timer = setInterval(look, everyMs);
  timer.unref();
  return () => {
    isStopped = true;
    clearInterval(timer);
  };
}

function lookupAll(hostname: string): Promise<{ address: string }[]> {
  return lookupHost(hostname, { all: true });
}
