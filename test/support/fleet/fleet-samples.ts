import { newId, type Connection } from '#libs/contract';
import type { FleetEvent, FleetRequest } from '#libs/fleet';

/** A dry run that closes nothing and counts all connections. */
export const countAll: FleetRequest<'closeConnections'> = {
  filter: {},
  code: 1008,
  reason: 'closed by operator',
  isDryRun: true,
};

/** An event with this number. */
export function numberedEvent(tapId: string, omitted: number): FleetEvent {
  return { type: 'tapFrames', tapId, frames: [], omitted };
}

/** A live connection as a gateway reports it, with fields of typical length. */
export function liveConnection(gatewayId: string): Connection {
  const relayed = {
    messages: 12_345,
    frames: 12_400,
    controlFrames: 55,
    bytes: 7_654_321,
    lastActivityAt: '2026-11-22T14:00:00.000Z',
    roundTripMs: 12.3,
  };
  return {
    id: newId('connection'),
    tenantId: newId('tenant'),
    routeId: newId('route'),
    apiKeyId: newId('apiKey'),
    gatewayId,
    clientAddress: '2001:db8::1234:5678',
    upstreamUrl: 'ws://10.0.0.5:9000/base',
    subprotocol: 'chat.v2',
    since: '2026-11-22T13:00:00.000Z',
    state: 'open',
    bufferedBytes: 0,
    fromClient: relayed,
    fromUpstream: relayed,
  };
}
