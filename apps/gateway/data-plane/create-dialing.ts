import type { GatewaySettings } from '#libs/settings';
import {
  createAddressPolicy,
  NameResolver,
  type AddressPolicy,
  type FindServices,
  type LookupAddresses,
  type ReservedEndpoints,
} from '#libs/upstreams';

/** The parts that connections to upstreams and probes share. */
export interface Dialing {
  addressPolicy: AddressPolicy;
  /** Resolves the names of a tenant's upstreams. */
  lookupFor: (tenantId: string) => LookupAddresses;
  findServices: FindServices;
}

export function createDialing(
  settings: Pick<GatewaySettings, 'dnsServers' | 'upstreamAllow'>,
  reserved: ReservedEndpoints,
): Dialing {
  const names = new NameResolver(settings.dnsServers ? { servers: settings.dnsServers } : {});
  return {
    addressPolicy: reserved.guard(createAddressPolicy(settings.upstreamAllow)),
    lookupFor: (tenantId) => (hostname, options) => names.resolve(hostname, tenantId, options),
    findServices: (tenantId, name) => names.resolveServices(name, tenantId),
  };
}
