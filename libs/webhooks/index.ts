/**
 * Webhooks: signing messages as the Standard Webhooks specification says, and sending one to an address that
 * the address policy allows. The API queues and retries them. Read post-webhook.ts first.
 */
export type { PostedWebhook } from './post-webhook.js';
export { newWebhookSecret, signatureHeaders } from './signature.js';
export { createWebhookSender, type SendWebhook } from './webhook-sender.js';
