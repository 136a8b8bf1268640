import type { Webhook, WebhookDelivery } from '#libs/contract';
import { exampleIds as ids } from './example-ids.js';

const at = '2026-11-29T09:10:00.000Z';
const later = '2026-11-30T09:10:00.000Z';

const webhook: Webhook = {
  id: ids.webhook,
  tenantId: ids.tenant,
  name: 'billing',
  url: 'https://hooks.acme.example/sluice',
  events: ['key.revoked', 'upstream.health'],
  enabled: true,
  droppedEvents: 0,
  previousSecretExpiresAt: null,
  createdAt: at,
  updatedAt: at,
};
const secret = 'whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=';

const delivery: WebhookDelivery = {
  id: ids.webhookDelivery,
  webhookId: ids.webhook,
  eventId: 'evt_0123456789abcdef0123456789abcdef',
  type: 'key.revoked',
  state: 'dead',
  attempts: 12,
  nextAttemptAt: later,
  lastError: 'the answer has the status 500',
  createdAt: at,
};
const queued: WebhookDelivery = { ...delivery, state: 'pending', attempts: 0, lastError: null };

/** Example answers of the operations on webhooks. */
export const webhookExamples = {
  createWebhook: { ...webhook, secret },
  listWebhooks: { items: [webhook], nextCursor: null },
  getWebhook: webhook,
  updateWebhook: { ...webhook, enabled: false, updatedAt: later },
  rotateWebhook: { ...webhook, secret, previousSecretExpiresAt: later, updatedAt: at },
  testWebhook: { ...queued, type: 'webhook.test', nextAttemptAt: at },
  listWebhookDeliveries: { items: [delivery], nextCursor: null },
  replayWebhookDelivery: queued,
};
