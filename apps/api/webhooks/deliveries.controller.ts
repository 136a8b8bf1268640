import { Controller, Get, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { webhookDeliverySchema, type WebhookDelivery } from '#libs/contract';
import { pageSchemaOf, type Page } from '../http/page.js';
import { Context, type RequestContext } from '../http/request-context.js';
import { Operation } from '../openapi/operation.decorator.js';
import { DeliveriesService } from './deliveries.service.js';
import { deliveryQuerySchema, type DeliveryQuery } from './delivery-query.js';

const deliveryPageSchema = pageSchemaOf(webhookDeliverySchema, 'WebhookDeliveryPage');

@ApiTags('webhooks')
@Controller('v1/webhooks/:webhook')
export class DeliveriesController {
  constructor(private readonly deliveries: DeliveriesService) {}

  @Post('test')
  @Operation({
    id: 'testWebhook',
    summary: 'Queue a message of the type `webhook.test`',
    status: 202,
    answer: webhookDeliverySchema,
    path: ['webhook'],
    features: ['fleet', 'idempotencyKey'],
  })
  test(@Context() context: RequestContext, @Param('webhook') webhook: string): Promise<WebhookDelivery> {
    return this.deliveries.test(context, webhook);
  }

  @Get('deliveries')
  @Operation({
    id: 'listWebhookDeliveries',
    summary: 'List the deliveries of a webhook; with `state=dead` those that could not be delivered',
    status: 200,
    answer: deliveryPageSchema,
    path: ['webhook'],
    features: ['page'],
  })
  list(
    @Context() context: RequestContext,
    @Param('webhook') webhook: string,
    @Query({ schema: deliveryQuerySchema }) query: DeliveryQuery,
  ): Promise<Page<WebhookDelivery>> {
    return this.deliveries.list(context, webhook, query);
  }

  @Post('deliveries/:delivery/replay')
  @Operation({
    id: 'replayWebhookDelivery',
    summary: 'Send a delivery again, with a new series of attempts',
    status: 202,
    answer: webhookDeliverySchema,
    path: ['webhook', 'delivery'],
    features: ['fleet', 'idempotencyKey'],
  })
  replay(
    @Context() context: RequestContext,
    @Param('webhook') webhook: string,
    @Param('delivery') delivery: string,
  ): Promise<WebhookDelivery> {
    return this.deliveries.replay(context, { webhook, delivery });
  }
}
