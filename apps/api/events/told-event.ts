import type { FleetEvent } from '#libs/fleet';
import type { OutboxRow } from '../publishing/outbox-row.entity.js';

/** What `/v1/events` says, and to whom. */
export interface ToldEvent {
  /** Null: to the operator alone. */
  tenantId: string | null;
  message: object;
}

/** A committed change: what it named, and nothing that is secret. */
export function toldChange({ revision, committedAt, tenantId, entries }: OutboxRow): ToldEvent {
  const named = entries.map(
    ({ kind, id, value }) => ({ kind, id, op: value === null ? 'delete' : 'put' }) as const,
  );
  return { tenantId, message: { type: 'change', revision, committedAt, tenantId, entries: named } };
}

/** What a gateway told; null for what goes to a tap alone. */
export function toldFleetEvent(event: FleetEvent): ToldEvent | null {
  switch (event.type) {
    case 'connectionOpened':
    case 'connectionClosed':
      return { tenantId: event.connection.tenantId, message: { ...event, type: typeNames[event.type] } };
    case 'connectionsOmitted':
      return { tenantId: event.tenantId, message: { ...event, type: typeNames[event.type] } };
    case 'gatewayStarted':
    case 'gatewayDraining':
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
  gatewayStarted: 'gateway.started',
  gatewayDraining: 'gateway.draining',
  gatewayStopped: 'gateway.stopped',
};
