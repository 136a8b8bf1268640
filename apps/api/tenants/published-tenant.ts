import type { ConfigEntry, Tenant, TenantLimits } from '#libs/contract';

/** A tenant as gateways receive it; what they do not hold it to is left out. */
export function tenantEntry({ id, slug, status, limits }: Tenant): ConfigEntry {
  return { kind: 'tenant', id, value: { id, slug, status, limits: trafficLimitsOf(limits) } };
}

// A gateway refuses a field that it does not know, and with it the whole change.
function trafficLimitsOf(limits: TenantLimits): Omit<TenantLimits, 'maxRoutes' | 'maxApiKeys'> {
  const { maxConnections, maxConnectionsPerKey, maxConnectionsPerIp, connectionsPerSecond } = limits;
  const { messagesPerSecond, bytesPerSecond, maxMessageBytes } = limits;
  return {
    maxConnections,
    maxConnectionsPerKey,
    maxConnectionsPerIp,
    connectionsPerSecond,
    messagesPerSecond,
    bytesPerSecond,
    maxMessageBytes,
  };
}
