import { vi } from 'vitest';
import { WebSocket } from 'ws';
import { z } from 'zod';
import { startSluice, type SluiceInProcess } from '../support/start-sluice.js';

/** All of Sluice, with a tenant whose route `/chat` requires a key and leads to the echo upstream. */
export interface Chat {
  /** The URL that a page connects to. */
  url: string;
  /** A key of that route. */
  key: string;
  close(): Promise<void>;
}

/** Starts Sluice and declares the route over REST, for pages of one origin only. */
export async function startChat({ origin }: { origin: string }): Promise<Chat> {
  const sluice = await startSluice();
  try {
    const key = await declareChat(sluice, origin);
    const url = `${sluice.gatewayUrl}/chat`;
    // The answer of the API means that the change is committed; the gateway applies it a moment later.
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
