import type { LiveConnection } from '#libs/connections';
import { timeOf, type Connection, type Relayed } from '#libs/contract';
import type { TunnelCounters } from '#libs/tunnel';

/** The current state of a live connection, in the form of the contract. */
export function describeConnection(connection: LiveConnection, gatewayId: string): Connection {
  const { id, tenant, route, apiKey, clientAddress, upstreamUrl, subprotocol, tunnel } = connection;
  return {
    id,
    tenantId: tenant.id,
    routeId: route.id,
    apiKeyId: apiKey?.id ?? null,
    gatewayId,
    clientAddress,
    upstreamUrl,
    subprotocol,
    since: timeOf(id).toISOString(),
    state: tunnel.isClosing ? 'closing' : 'open',
    bufferedBytes: tunnel.bufferedBytes(),
    fromClient: relayed(tunnel.fromClient()),
    fromUpstream: relayed(tunnel.fromUpstream()),
  };
}

function relayed(counters: TunnelCounters): Relayed {
  const { messages, frames, controlFrames, bytes, lastActivityAtMs, roundTripMs } = counters;
  const lastActivityAt = lastActivityAtMs === null ? null : new Date(lastActivityAtMs).toISOString();
  return { messages, frames, controlFrames, bytes, lastActivityAt, roundTripMs };
}
