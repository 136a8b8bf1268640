import { timeOf, type ConnectionGroup, type ConnectionSort } from '#libs/contract';
import type { LiveConnection } from './live-connection.js';

/** The value by which a list sorts a connection; connections with the same value are sorted by id. */
export function sortValue({ id, tunnel }: LiveConnection, sort: ConnectionSort, nowMs: number): number {
  switch (sort) {
    case 'openedAt':
      // Ids sort by time.
      return 0;
    case 'bytes':
      return tunnel.fromClient().bytes + tunnel.fromUpstream().bytes;
    case 'messages':
      return tunnel.fromClient().messages + tunnel.fromUpstream().messages;
    case 'idle':
      return idleMs({ id, tunnel }, nowMs);
    case 'roundTrip':
      // A connection without an answered ping comes first.
      return Math.max(tunnel.fromClient().roundTripMs ?? -1, tunnel.fromUpstream().roundTripMs ?? -1);
    case 'buffered':
      return tunnel.bufferedBytes();
  }
}

/** The time since a side sent data or its own control frame; since the opening if neither has. */
export function idleMs({ id, tunnel }: Pick<LiveConnection, 'id' | 'tunnel'>, nowMs: number): number {
  const [fromClient, fromUpstream] = [tunnel.fromClient(), tunnel.fromUpstream()];
  const activeAtMs = Math.max(fromClient.lastActivityAtMs ?? 0, fromUpstream.lastActivityAtMs ?? 0);
  return Math.max(0, nowMs - (activeAtMs || timeOf(id).getTime()));
}

/** The group of a connection; null: it has no key. */
export function groupOf(connection: LiveConnection, by: ConnectionGroup): string | null {
  switch (by) {
    case 'tenant':
      return connection.tenant.id;
    case 'route':
      return connection.route.id;
    case 'key':
      return connection.apiKey?.id ?? null;
    case 'upstream':
      return connection.upstreamUrl;
    case 'clientIp':
      return connection.clientAddress;
  }
}
