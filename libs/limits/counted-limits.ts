import { addressBlock } from '#libs/addresses';
import type { ConnectionLimit, SlotRequest } from './connection-limits.js';

/** One count that a connection is part of, and how high it may get. */
export interface CountedLimit {
  kind: ConnectionLimit;
  /** What is counted, alone of its kind. */
  id: string;
  /** Null: counted, and never full. */
  limit: number | null;
}

/** All that a connection is counted under, limited or not, in the order in which limits are looked at. */
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

// The stricter of two limits, of which null is none.
function lower(one: number | null, other: number | null): number | null {
  if (one === null) return other;
  return other === null ? one : Math.min(one, other);
}
