import { vi } from 'vitest';
import { WebSocket } from 'ws';
import { z } from 'zod';
import { startSluice, type SluiceInProcess } from '../support/start-sluice.js';

/** All of Sluice, with a tenant whose route `/chat` wants a key and leads to the echo upstream. */
export interface Chat {
  /** Where a page connects to. */
  url: string;
  /** A key that may connect there. */
  key: string;
  close(): Promise<void>;
}

/** Starts Sluice and declares the chat over REST, for pages of one origin alone. */
export async function startChat({ origin }: { origin: string }): Promise<Chat> {
  const sluice = await startSluice();
  try {
    const key = await declareChat(sluice, origin);
    const url = `${sluice.gatewayUrl}/chat`;
    // The answer of the API says that a change is committed; the gateway has it a moment later.
    await vi.waitFor(() => openOnce(url, origin, key), { timeout: 10_000 });
    return { url, key, close: () => sluice.close() };
  } catch (error) {
    await sluice.close();
    throw error;
  }
}

async function declareChat(sluice: SluiceInProcess, origin: string): Promise<string> {
  await sluice.rest.call('POST', '/tenants', { slug: 'acme' });
  await sluice.rest.call('POST', '/tenants/acme/routes', {
    match: { path: '/chat' },
    upstreams: [{ url: sluice.echoUrl }],
    allowedOrigins: [origin],
  });
  const made = await sluice.rest.call('POST', '/tenants/acme/api-keys', { name: 'web', scopes: ['connect'] });
  return z.object({ key: z.string() }).parse(made).key;
}

function openOnce(url: string, origin: string, key: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const webSocket = new WebSocket(url, { origin, headers: { 'X-Api-Key': key }, handshakeTimeout: 5_000 });
    webSocket.once('open', () => webSocket.close());
    webSocket.once('close', () => resolve());
    webSocket.once('error', reject);
  });
}
