import { Body, Controller, Delete, Get, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import {
  issuedWebhookSchema,
  patchSchemaOf,
  webhookCreateSchema,
  webhookEditSchema,
  webhookRotateSchema,
  webhookSchema,
  type IssuedWebhook,
  type Webhook,
  type WebhookCreate,
  type WebhookRotate,
} from '#libs/contract';
import { pageQuerySchema, pageSchemaOf, type Page, type PageQuery } from '../http/page.js';
import { withReadOnlyFields } from '../http/read-only-fields.js';
import { Context, type RequestContext } from '../http/request-context.js';
import { mergePatchDescription, Operation } from '../openapi/operation.decorator.js';
import { WebhooksService } from './webhooks.service.js';

const webhookPatchSchema = withReadOnlyFields(patchSchemaOf(webhookEditSchema), webhookSchema).meta({
  id: 'WebhookPatch',
});
const webhookPageSchema = pageSchemaOf(webhookSchema, 'WebhookPage');

@ApiTags('webhooks')
@Controller('v1/webhooks')
export class WebhooksController {
  constructor(private readonly webhooks: WebhooksService) {}

  @Post()
  @Operation({
    id: 'createWebhook',
    summary: 'Create a webhook; only this answer shows its secret',
    description:
      'Events are sent to the URL as POST, signed as the Standard Webhooks specification says, to addresses that `SLUICE_UPSTREAM_ALLOW` of the API permits. ' +
      'Without an answer from 200 to 299 they are sent again, for about a day.',
    status: 201,
    answer: issuedWebhookSchema,
    path: [],
    features: ['body', 'idempotencyKey'],
    problems: ['key_shown_once', 'quota_exceeded', 'not_found'],
  })
  create(
    @Context() context: RequestContext,
    @Body({ schema: webhookCreateSchema }) body: WebhookCreate,
  ): Promise<IssuedWebhook> {
    return this.webhooks.create(context, body);
  }

  @Get()
  @Operation({
    id: 'listWebhooks',
    summary: 'List webhooks, oldest first: all for operators, its own for the key of a tenant',
    status: 200,
    answer: webhookPageSchema,
    path: [],
    features: ['page'],
  })
  list(
    @Context() context: RequestContext,
    @Query({ schema: pageQuerySchema }) page: PageQuery,
  ): Promise<Page<Webhook>> {
    return this.webhooks.list(context, page);
  }

  @Get(':webhook')
  @Operation({
    id: 'getWebhook',
    summary: 'Read a webhook, without its secret',
    status: 200,
    answer: webhookSchema,
    path: ['webhook'],
    features: ['ifNoneMatch'],
  })
  get(@Context() context: RequestContext, @Param('webhook') id: string): Promise<Webhook> {
    return this.webhooks.get(context, id);
  }

  @Patch(':webhook')
  @Operation({
    id: 'updateWebhook',
    summary: 'Change a webhook',
    description: mergePatchDescription,
    status: 200,
    answer: webhookSchema,
    path: ['webhook'],
    features: ['patch', 'ifMatch'],
  })
  update(
    @Context() context: RequestContext,
    @Param('webhook') id: string,
    @Body({ schema: webhookPatchSchema }) patch: Record<string, unknown>,
  ): Promise<Webhook> {
    return this.webhooks.update(context, id, patch);
  }

  @Delete(':webhook')
  @Operation({
    id: 'deleteWebhook',
    summary: 'Delete a webhook with its queue',
    status: 204,
    path: ['webhook'],
    features: ['ifMatch'],
  })
  delete(@Context() context: RequestContext, @Param('webhook') id: string): Promise<void> {
    return this.webhooks.delete(context, id);
  }

  @Post(':webhook/rotate')
  @Operation({
    id: 'rotateWebhook',
    summary: 'Replace the secret of a webhook; only this answer shows it',
    description: 'Until the end of the grace period, messages have a signature of each secret.',
    status: 200,
    answer: issuedWebhookSchema,
    path: ['webhook'],
    features: ['body', 'idempotencyKey'],
    problems: ['key_shown_once'],
  })
  rotate(
    @Context() context: RequestContext,
    @Param('webhook') id: string,
    @Body({ schema: webhookRotateSchema }) body: WebhookRotate,
  ): Promise<IssuedWebhook> {
    return this.webhooks.rotate(context, id, body);
  }
}
