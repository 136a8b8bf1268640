import type { EntityManager } from 'typeorm';
import { newId } from '#libs/contract';
import {
  WebhookDeliveryEntity,
  type WebhookDeliveryRow,
} from '../database/entities/webhook-delivery.entity.js';
import { WebhookEntity, type WebhookRow } from '../database/entities/webhook.entity.js';
import { statementParts } from '../database/statement-parts.js';
import type { WebhookEvent } from './webhook-event.js';

/** The maximum number of pending deliveries of a webhook; further events are dropped and counted. */
const maxPendingDeliveries = 10_000;

/**
 * Adds events to the queues of the webhooks that get them, in the transaction of the caller, so that a change
 * and its events are committed together. An event that is queued already is ignored.
 */
export async function enqueueEvents(
  manager: EntityManager,
  events: readonly WebhookEvent[],
  maxPending = maxPendingDeliveries,
): Promise<void> {
  if (events.length === 0) return;
  const webhooks = await manager.findBy(WebhookEntity, { enabled: true });
  for (const webhook of webhooks) {
    const wanted = events.filter((event) => isWanted(webhook, event));
    if (wanted.length > 0) await enqueueFor(manager, webhook, wanted, maxPending);
  }
}

async function enqueueFor(
  manager: EntityManager,
  { id: webhookId }: WebhookRow,
  wanted: readonly WebhookEvent[],
  maxPending: number,
): Promise<void> {
  const pending = await manager.countBy(WebhookDeliveryEntity, { webhookId, state: 'pending' });
  const accepted = wanted.slice(0, Math.max(0, maxPending - pending));
  const rows = accepted.map((event) => deliveryOf(webhookId, event));
  for (const part of statementParts(rows))
    await manager.createQueryBuilder().insert().into(WebhookDeliveryEntity).values(part).orIgnore().execute();
  const dropped = wanted.length - accepted.length;
  if (dropped > 0) await manager.increment(WebhookEntity, { id: webhookId }, 'droppedEvents', dropped);
}

/** The row of an event for a webhook. */
export function deliveryOf(
  webhookId: string,
  { id: eventId, type, at, data }: Omit<WebhookEvent, 'type' | 'tenantId'> & { type: string },
): WebhookDeliveryRow {
  return {
    id: newId('webhookDelivery'),
    webhookId,
    eventId,
    type,
    body: JSON.stringify({ type, timestamp: at, data }),
    state: 'pending',
    attempts: 0,
    nextAttemptAt: at,
    lease: null,
    lastError: null,
    createdAt: at,
  };
}

function isWanted({ tenantId, events }: WebhookRow, event: WebhookEvent): boolean {
  return events.includes(event.type) && (tenantId === null || tenantId === event.tenantId);
}
