import { randomUUID } from 'node:crypto';
import { startSluice, type SluiceInProcess } from '../support/start-sluice.js';

/** All of Sluice, with a tenant whose route `/chat` requires a key and leads to the echo upstream. */
export interface Chat {
  /** The URL that a page connects to. */
  url: string;
  /** Makes a key of that route. */
  makeKey(): Promise<ChatKey>;
  close(): Promise<void>;
}

export interface ChatKey {
  key: string;
  revoke: () => Promise<unknown>;
}

// The answer of the API then means that the gateway has applied the change.
const applied = { Prefer: 'wait=15' };

/** Starts Sluice and declares the route over REST, for pages of one origin only. */
export async function startChat({ origin }: { origin: string }): Promise<Chat> {
  const sluice = await startSluice();
  const { rest } = sluice;
  try {
    await declareChat(sluice, origin);
  } catch (error) {
    await sluice.close();
    throw error;
  }
  return {
    url: `${sluice.gatewayUrl}/chat`,
    makeKey: async () => {
      const keys = '/tenants/acme/api-keys';
      const { id, key } = await rest.call('POST', keys, { name: randomUUID(), scopes: ['connect'] }, applied);
      return { key, revoke: () => rest.call('DELETE', `${keys}/${id}`) };
    },
    close: () => sluice.close(),
  };
}

async function declareChat({ rest, echoUrl }: SluiceInProcess, origin: string): Promise<void> {
  await rest.call('POST', '/tenants', { slug: 'acme' });
  const match = { path: '/chat' };
  const route = { match, upstreams: [{ url: echoUrl }], allowedOrigins: [origin] };
  await rest.call('POST', '/tenants/acme/routes', route, applied);
}
