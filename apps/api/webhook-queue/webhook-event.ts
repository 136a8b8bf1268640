import { createHash } from 'node:crypto';
import type { WebhookEventType } from '#libs/contract';
import type { FleetEvent } from '#libs/fleet';

/** An event for webhooks. */
export interface WebhookEvent {
  /** The same wherever the event is seen, so that it is stored once. */
  id: string;
  type: WebhookEventType;
  /** The tenant whose webhooks get it, beside those of operators; null: only those of operators. */
  tenantId: string | null;
  at: string;
  data: object;
}

/** An id that depends only on these parts. */
export function eventIdOf(...parts: readonly (string | number)[]): string {
  return `evt_${createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32)}`;
}

/** The event of a gateway for webhooks; null if they do not get it. */
export function webhookEventOf(event: FleetEvent): WebhookEvent | null {
  switch (event.type) {
    case 'gatewayStarted':
    case 'gatewayDraining':
    case 'gatewayResumed':
    case 'gatewayStopped': {
      const { at, gateway } = event;
      const { id: gatewayId, version, connections } = gateway;
      const type = gatewayTypes[event.type];
      const id = eventIdOf(type, gatewayId, at);
      return { id, type, tenantId: null, at, data: { gatewayId, version, connections } };
    }
    case 'upstreamHealth': {
      const { at, gatewayId, tenantId, routeId, upstream, from, to, why } = event;
      const type = 'upstream.health';
      const id = eventIdOf(type, gatewayId, routeId, upstream.id, to, at);
      return { id, type, tenantId, at, data: { gatewayId, tenantId, routeId, upstream, from, to, why } };
    }
    case 'connectionOpened':
    case 'connectionClosed':
    case 'connectionsOmitted':
    case 'tapFrames':
    case 'tapEnded':
      return null;
  }
}

const gatewayTypes = {
  gatewayStarted: 'gateway.started',
  gatewayDraining: 'gateway.draining',
  gatewayResumed: 'gateway.resumed',
  gatewayStopped: 'gateway.stopped',
} as const;
