import type { FleetEvent } from '#libs/fleet';
import type { OutboxRow } from '../database/entities/outbox-row.entity.js';

/** One message of `/v1/events`, and the tenant that may see it. */
export interface StreamEvent {
  /** Null: operators only. */
  tenantId: string | null;
  message: object;
}

// About 17 kB. A revision has more entries if many routes swap their hosts and paths.
const maxEntriesPerMessage = 250;

/**
 * A committed change as one message or, with many entries, several of the same revision. Contains no secret.
 */
export function changeEvents(
  { revision, committedAt, tenantId, entries }: OutboxRow,
  epoch: string,
): StreamEvent[] {
  const named = entries.map(
    ({ kind, id, value }) => ({ kind, id, op: value === null ? 'delete' : 'put' }) as const,
  );
  const events: StreamEvent[] = [];
  let start = 0;
  do {
    const end = start + maxEntriesPerMessage;
    const part = { entries: named.slice(start, end), more: end < named.length };
    events.push({ tenantId, message: { type: 'change', epoch, revision, committedAt, tenantId, ...part } });
    start = end;
  } while (start < named.length);
  return events;
}

/** A gateway event as a message; null for events that only taps receive. */
export function fleetEvent(event: FleetEvent): StreamEvent | null {
  switch (event.type) {
    case 'connectionOpened':
    case 'connectionClosed':
      return { tenantId: event.connection.tenantId, message: { ...event, type: typeNames[event.type] } };
    case 'connectionsOmitted':
    case 'upstreamHealth':
      return { tenantId: event.tenantId, message: { ...event, type: typeNames[event.type] } };
    case 'gatewayStarted':
    case 'gatewayDraining':
    case 'gatewayResumed':
    case 'gatewayStopped':
      return { tenantId: null, message: { ...event, type: typeNames[event.type] } };
    case 'tapFrames':
    case 'tapEnded':
      return null;
  }
}

const typeNames = {
  connectionOpened: 'connection.opened',
  connectionClosed: 'connection.closed',
  connectionsOmitted: 'connections.omitted',
  upstreamHealth: 'upstream.health',
  gatewayStarted: 'gateway.started',
  gatewayDraining: 'gateway.draining',
  gatewayResumed: 'gateway.resumed',
  gatewayStopped: 'gateway.stopped',
};
