import type { AddressRange } from '#libs/addresses';
import { createAddressPolicy, NameResolver } from '#libs/upstreams';
import { postWebhook, type PostedWebhook } from './post-webhook.js';
import { signatureHeaders, type SignedMessage } from './signature.js';

export type SendWebhook = (
  url: string,
  message: SignedMessage,
  secrets: readonly string[],
) => Promise<PostedWebhook>;

const timeoutMs = 15_000;

/** Sends signed messages to addresses that are public or in `allow`. */
export function createWebhookSender(allow: readonly AddressRange[]): SendWebhook {
  const policy = createAddressPolicy(allow);
  const names = new NameResolver();
  return (url, message, secrets) =>
    postWebhook({
      url: new URL(url),
      headers: signatureHeaders(message, secrets),
      body: message.body,
      policy,
      lookup: (hostname, options) => names.resolve(hostname, 'webhooks', options),
      timeoutMs,
    });
}
