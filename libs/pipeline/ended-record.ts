import type { LiveConnection } from '#libs/connections';
import type { TunnelEnd } from '#libs/tunnel';
import type { EndedRecord } from './connection-record.js';

/** A connection with what its record needs beside it. */
export interface JoinedConnection {
  connection: LiveConnection;
  /** As it was matched. */
  host: string;
  path: string;
  /** By `performance.now()`. */
  startedAtMs: number;
}

export function endedRecord(
  { connection, host, path, startedAtMs }: JoinedConnection,
  { endedBy, closeCode, reason }: TunnelEnd,
): EndedRecord {
  const { id, clientAddress, tenant, route, apiKey, upstreamUrl, subprotocol, tunnel } = connection;
  return {
    connectionId: id,
    host,
    path,
    clientAddress,
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
