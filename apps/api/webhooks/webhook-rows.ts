import type { EntityManager } from 'typeorm';
import type { Webhook, WebhookDelivery } from '#libs/contract';
import type { WebhookDeliveryRow } from '../database/entities/webhook-delivery.entity.js';
import { WebhookEntity, type WebhookRow } from '../database/entities/webhook.entity.js';
import { maySee, type Principal } from '../http/principal.js';
import { notFound } from '../http/references.js';

/** Finds a webhook; throws `not_found` also for those that the principal may not see. */
export async function findWebhook(
  manager: EntityManager,
  principal: Principal,
  id: string,
): Promise<WebhookRow> {
  const row = await manager.findOneBy(WebhookEntity, { id });
  if (row !== null && maySee(principal, row.tenantId)) return row;
  throw notFound('webhook');
}

/** A webhook without its secrets. */
export function webhookOf(row: WebhookRow): Webhook {
  const { id, tenantId, name, url, events, enabled, droppedEvents } = row;
  const { previousSecretExpiresAt, createdAt, updatedAt } = row;
  const times = { previousSecretExpiresAt, createdAt, updatedAt };
  return { id, tenantId, name, url, events, enabled, droppedEvents, ...times };
}

export function webhookDeliveryOf(row: WebhookDeliveryRow): WebhookDelivery {
  const { id, webhookId, eventId, type, state, attempts, nextAttemptAt, lastError, createdAt } = row;
  return { id, webhookId, eventId, type, state, attempts, nextAttemptAt, lastError, createdAt };
}
