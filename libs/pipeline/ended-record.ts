import type { TunnelEnd } from '#libs/tunnel';
import type { EndedRecord } from './connection-record.js';
import type { JoinedConnection } from './joined-connection.js';

export function endedRecord(
  connection: JoinedConnection,
  { endedBy, closeCode, reason }: TunnelEnd,
): EndedRecord {
  const {
    id,
    host,
    path,
    startedAtMs,
    clientAddress,
    httpVersion,
    tenant,
    route,
    apiKey,
    upstreamUrl,
    subprotocol,
    tunnel,
  } = connection;
  return {
    connectionId: id,
    host,
    path,
    clientAddress,
    httpVersion,
    tenantId: tenant.id,
    routeId: route.id,
    apiKeyId: apiKey?.id ?? null,
    upstreamUrl,
    outcome: 'ended',
    durationMs: Math.round(performance.now() - startedAtMs),
    endedBy,
    closeCode,
    reason,
    subprotocol,
    fromClient: tunnel.fromClient(),
    fromUpstream: tunnel.fromUpstream(),
  };
}
