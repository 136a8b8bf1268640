import type { ClosedConnection, Connection } from './use-connections.js';

/** The messages or bytes of both sides together. */
export function totalOf(
  { fromClient, fromUpstream }: Connection | ClosedConnection,
  unit: 'messages' | 'bytes',
): number {
  return fromClient[unit] + fromUpstream[unit];
}

/** Time since one of the sides has sent something, or since the connection was opened. */
export function idleMsOf({ since, fromClient, fromUpstream }: Connection, now: number): number {
  const moments = [since, fromClient.lastActivityAt, fromUpstream.lastActivityAt];
  return now - Math.max(...moments.map((moment) => (moment === null ? 0 : Date.parse(moment))));
}
