import { z } from 'zod';
import { displayTextSchema, timestampSchema } from './fields.js';
import { idSchema } from './identifiers.js';

/** The events that a webhook may get. */
export const webhookEventTypes = [
  ...(['key.created', 'key.updated', 'key.rotated', 'key.revoked'] as const),
  ...(['tenant.created', 'tenant.updated', 'tenant.deleted'] as const),
  ...(['gateway.started', 'gateway.draining', 'gateway.resumed', 'gateway.stopped'] as const),
  ...(['upstream.health', 'quota.near', 'quota.exceeded'] as const),
] as const;

const urlSchema = z
  .string()
  .max(2048)
  .refine(isWebhookUrl, 'expected a URL with the scheme https or http, without user information or fragment');

const editableFields = {
  name: displayTextSchema.default('').meta({ description: 'Display name', example: 'billing' }),
  url: urlSchema.meta({
    description: 'URL that gets the events',
    example: 'https://hooks.acme.example/sluice',
  }),
  events: z
    .array(z.enum(webhookEventTypes))
    .min(1)
    .max(webhookEventTypes.length)
    .meta({ description: 'Events that it gets', example: ['key.revoked', 'upstream.health'] }),
  enabled: z.boolean().default(true).meta({ description: 'Whether new events are sent; queued ones are' }),
};

/** The fields of a webhook that a PATCH may change. */
export const webhookEditSchema = z.strictObject(editableFields).meta({ id: 'WebhookEdit' });

/** The request to create a webhook. */
export const webhookCreateSchema = z
  .strictObject({
    ...editableFields,
    tenant: z.string().max(200).nullable().default(null).meta({
      description:
        'Id or slug of the tenant whose events it gets; null: those of all tenants and gateways, for operators. The key of a tenant creates its own',
      example: null,
    }),
  })
  .meta({ id: 'WebhookCreate' });

/** A webhook, without its secret. */
export const webhookSchema = z
  .strictObject({
    id: idSchema('webhook').meta({ description: 'Id of the webhook' }),
    tenantId: idSchema('tenant')
      .nullable()
      .meta({ description: 'Tenant whose events it gets; null: everything', example: null }),
    ...editableFields,
    droppedEvents: z
      .int()
      .min(0)
      .meta({ description: 'Number of events that were dropped because its queue was full' }),
    previousSecretExpiresAt: timestampSchema.nullable().meta({
      description: 'Time until which deliveries are also signed with the previous secret; null: they are not',
      example: null,
    }),
    createdAt: timestampSchema.meta({ description: 'Time of creation' }),
    updatedAt: timestampSchema.meta({ description: 'Time of the last change' }),
  })
  .meta({ id: 'Webhook' });

/** A webhook with a new secret, which is shown once. */
export const issuedWebhookSchema = webhookSchema
  .extend({
    secret: z
      .string()
      .meta({ description: 'Secret of the signatures', example: 'whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3' }),
  })
  .meta({ id: 'IssuedWebhook' });

/** The request to rotate the secret of a webhook. */
export const webhookRotateSchema = z
  .strictObject({
    graceSeconds: z
      .int()
      .min(0)
      .max(604_800)
      .default(86_400)
      .meta({ description: 'Seconds for which deliveries are also signed with the previous secret' }),
  })
  .prefault({})
  .meta({ id: 'WebhookRotate' });

/** One event for one webhook. */
export const webhookDeliverySchema = z
  .strictObject({
    id: idSchema('webhookDelivery').meta({ description: 'Id of the delivery' }),
    webhookId: idSchema('webhook').meta({ description: 'Id of the webhook' }),
    eventId: z
      .string()
      .meta({ description: 'Id of the event, in the field `webhook-id`', example: 'evt_1f2c' }),
    type: z.string().meta({ description: 'Type of the event', example: 'key.revoked' }),
    state: z.enum(['pending', 'delivered', 'dead']).meta({
      description:
        '`pending`: to be sent. `delivered`: kept for an hour, or for 31 days if the event is of a quota. `dead`: given up after about a day; kept for 30 days',
    }),
    attempts: z.int().min(0).meta({ description: 'Number of failed attempts' }),
    nextAttemptAt: timestampSchema.meta({ description: 'Time of the next attempt, if it is pending' }),
    lastError: z.string().nullable().meta({
      description: 'Why the last attempt failed; null: none has',
      example: 'the answer has the status 500',
    }),
    createdAt: timestampSchema.meta({ description: 'Time of the event' }),
  })
  .meta({ id: 'WebhookDelivery' });

export type WebhookEventType = (typeof webhookEventTypes)[number];
export type WebhookCreate = z.output<typeof webhookCreateSchema>;
export type Webhook = z.output<typeof webhookSchema>;
export type IssuedWebhook = z.output<typeof issuedWebhookSchema>;
export type WebhookRotate = z.output<typeof webhookRotateSchema>;
export type WebhookDelivery = z.output<typeof webhookDeliverySchema>;

function isWebhookUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password, hash } = new URL(text);
  return /^https?:$/.test(protocol) && username + password + hash === '';
}
