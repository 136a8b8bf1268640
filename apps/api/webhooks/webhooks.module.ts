import { Module } from '@nestjs/common';
import type { ApiSettings } from '#libs/settings';
import { createWebhookSender, type SendWebhook } from '#libs/webhooks';
import { API_SETTINGS, SEND_WEBHOOK } from '../composition/injection-tokens.js';
import { DeliveriesController } from './deliveries.controller.js';
import { DeliveriesService } from './deliveries.service.js';
import { DeliveryStore } from './delivery-store.js';
import { FleetEventQueue } from './fleet-event-queue.js';
import { WebhookDeliverer } from './webhook-deliverer.js';
import { WebhookWrites } from './webhook-writes.js';
import { WebhooksController } from './webhooks.controller.js';
import { WebhooksService } from './webhooks.service.js';

@Module({
  controllers: [WebhooksController, DeliveriesController],
  providers: [
    WebhooksService,
    WebhookWrites,
    DeliveriesService,
    DeliveryStore,
    WebhookDeliverer,
    FleetEventQueue,
    {
      provide: SEND_WEBHOOK,
      inject: [API_SETTINGS],
      useFactory: ({ upstreamAllow }: ApiSettings): SendWebhook => createWebhookSender(upstreamAllow),
    },
  ],
})
export class WebhooksModule {}
