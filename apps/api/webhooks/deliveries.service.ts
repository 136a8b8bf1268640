import { Injectable } from '@nestjs/common';
import { MoreThan } from 'typeorm';
import { newId, type WebhookDelivery } from '#libs/contract';
import { Database } from '../database/database.js';
import { WebhookDeliveryEntity } from '../database/entities/webhook-delivery.entity.js';
import { pageStart, toPage, type Page } from '../http/page.js';
import { notFound } from '../http/references.js';
import type { RequestContext } from '../http/request-context.js';
import { deliveryOf } from '../webhook-queue/enqueue-events.js';
import type { DeliveryQuery } from './delivery-query.js';
import { WebhookDeliverer } from './webhook-deliverer.js';
import { findWebhook, webhookDeliveryOf } from './webhook-rows.js';
import { WebhookWrites } from './webhook-writes.js';

@Injectable()
export class DeliveriesService {
  constructor(
    private readonly database: Database,
    private readonly writes: WebhookWrites,
    private readonly deliverer: WebhookDeliverer,
  ) {}

  async list(
    { principal }: RequestContext,
    webhook: string,
    { limit, cursor, state }: DeliveryQuery,
  ): Promise<Page<WebhookDelivery>> {
    const { id: webhookId } = await findWebhook(this.database.read, principal, webhook);
    const rows = await this.database.read.find(WebhookDeliveryEntity, {
      where: {
        webhookId,
        id: MoreThan(pageStart('webhookDelivery', cursor)),
        ...(state !== undefined && { state }),
      },
      order: { id: 'ASC' },
      take: limit + 1,
    });
    return toPage(rows, limit, webhookDeliveryOf);
  }

  /** Sends the event again, with a new series of attempts. */
  async replay(
    context: RequestContext,
    { webhook, delivery }: { webhook: string; delivery: string },
  ): Promise<WebhookDelivery> {
    const replayed = await this.writes.run(context, async (manager, at) => {
      const row = await findWebhook(manager, context.principal, webhook);
      const found = await manager.findOneBy(WebhookDeliveryEntity, { id: delivery, webhookId: row.id });
      if (found === null) throw notFound('delivery');
      const changed = { state: 'pending', attempts: 0, lease: null, nextAttemptAt: at } as const;
      await manager.update(WebhookDeliveryEntity, { id: found.id }, changed);
      return { action: 'webhook.replay', row, answer: webhookDeliveryOf({ ...found, ...changed }) };
    });
    this.deliverer.wake();
    return replayed;
  }

  /** Queues a message of the type `webhook.test`. */
  async test(context: RequestContext, webhook: string): Promise<WebhookDelivery> {
    const queued = await this.writes.run(context, async (manager, at) => {
      const row = await findWebhook(manager, context.principal, webhook);
      const id = newId('webhookDelivery').replace('whd_', 'evt_');
      const delivery = deliveryOf(row.id, { id, type: 'webhook.test', at, data: { webhookId: row.id } });
      await manager.insert(WebhookDeliveryEntity, delivery);
      return { action: 'webhook.test', row, answer: webhookDeliveryOf(delivery) };
    });
    this.deliverer.wake();
    return queued;
  }
}
