import { addressBlock } from '#libs/addresses';
import type { ConnectionLimit, SlotRequest } from './connection-limits.js';

/** A count that includes a connection, and its limit. */
export interface CountedLimit {
  kind: ConnectionLimit;
  /** The id under which connections are counted, unique within its kind. */
  id: string;
  /** Null: counted, and never full. */
  limit: number | null;
}

/** All counts that include a connection, limited or not, in the order in which limits are checked. */
export function countedLimits({ tenant, route, apiKey, clientAddress }: SlotRequest): CountedLimit[] {
  const { maxConnections, maxConnectionsPerKey, maxConnectionsPerIp } = tenant.limits;
  const counted: CountedLimit[] = [
    { kind: 'tenant', id: tenant.id, limit: maxConnections },
    { kind: 'route', id: route.id, limit: route.maxConnections },
  ];
  if (apiKey) {
    counted.push({ kind: 'key', id: apiKey.id, limit: lower(apiKey.maxConnections, maxConnectionsPerKey) });
  }
  counted.push({
    kind: 'address',
    id: `${tenant.id} ${addressBlock(clientAddress)}`,
    limit: maxConnectionsPerIp,
  });
  return counted;
}

// The lower of two limits; null means no limit.
function lower(one: number | null, other: number | null): number | null {
  if (one === null) return other;
  return other === null ? one : Math.min(one, other);
}
