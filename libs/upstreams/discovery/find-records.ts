import { isIP } from 'node:net';
import type { Upstream } from '#libs/contract';
import type { LookupAddresses } from '../dialing/dial-options.js';
import { parseUpstreamEndpoint } from '../upstream-endpoint.js';
import type { FindServices, ServiceRecord } from './service-record.js';

export interface RecordSources {
  findServices: FindServices;
  /** Resolves the names of a tenant's upstreams. */
  lookupFor: (tenantId: string) => LookupAddresses;
}

/** The records of the name of an upstream, and how long they are fresh. */
export function recordsUnder(
  { url, discovery }: Pick<Upstream, 'url' | 'discovery'>,
  tenantId: string,
  { findServices, lookupFor }: RecordSources,
): { find: () => Promise<readonly ServiceRecord[]>; lifeMs: number } {
  const { hostname, port } = parseUpstreamEndpoint(url);
  // c-ares does not report the TTL of SRV records.
  if (discovery === 'srv') return { find: () => findServices(tenantId, hostname), lifeMs: 10_000 };
  const find = async () => addressRecords(await lookupFor(tenantId)(hostname), port);
  // The resolver keeps addresses for their TTL.
  return { find, lifeMs: 1000 };
}

// Uses one family only: a server with addresses of both would count twice.
function addressRecords(found: readonly { address: string }[], port: number): ServiceRecord[] {
  const addresses = found.map(({ address }) => address);
  const ipv4 = addresses.filter((address) => isIP(address) === 4);
  return (ipv4.length > 0 ? ipv4 : addresses).map((target) => ({ target, port, priority: 0, weight: 1 }));
}
