import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { vi } from 'vitest';
import { WebSocket } from 'ws';
import { z } from 'zod';
import { startAllInOne } from '../../apps/all-in-one/start-all-in-one.js';
import { readApiSettings, readEchoSettings, readGatewaySettings } from '#libs/settings';

/** All of Sluice, with a tenant whose route `/chat` wants a key and leads to the echo upstream. */
export interface Chat {
  /** Where a page connects to. */
  url: string;
  /** A key that may connect there. */
  key: string;
  close(): Promise<void>;
}

const adminToken = 'admin-token-of-the-browser-test';

/** Starts Sluice on free ports and declares the chat over REST, for pages of one origin alone. */
export async function startChat({ origin }: { origin: string }): Promise<Chat> {
  const dataDir = await mkdtemp(join(tmpdir(), 'sluice-browser-'));
  const environment = {
    SLUICE_API_LISTEN: '127.0.0.1:0',
    SLUICE_GATEWAY_LISTEN: '127.0.0.1:0',
    SLUICE_GATEWAY_ADMIN_LISTEN: '127.0.0.1:0',
    SLUICE_ECHO_LISTEN: '127.0.0.1:0',
    SLUICE_UPSTREAM_ALLOW: '127.0.0.0/8',
    SLUICE_ADMIN_TOKEN: adminToken,
    SLUICE_DATA_DIR: dataDir,
  };
  const sluice = await startAllInOne({
    api: readApiSettings(environment),
    gateway: readGatewaySettings(environment),
    echo: readEchoSettings(environment),
    logger: pino({ level: 'silent' }),
  });
  const close = async (): Promise<void> => {
    await sluice.close();
    await rm(dataDir, { recursive: true, force: true });
  };
  try {
    const key = await declareChat(sluice.api.url, sluice.echo.url, origin);
    const url = `${sluice.gateway.urls[0] ?? ''}/chat`;
    await untilServed(url, origin, key);
    return { url, key, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function declareChat(apiUrl: string, echoUrl: string, origin: string): Promise<string> {
  await post(`${apiUrl}/v1/tenants`, { slug: 'acme' });
  await post(`${apiUrl}/v1/tenants/acme/routes`, {
    match: { path: '/chat' },
    upstreams: [{ url: echoUrl }],
    allowedOrigins: [origin],
  });
  const answer = await post(`${apiUrl}/v1/tenants/acme/api-keys`, { name: 'web', scopes: ['connect'] });
  return z.object({ key: z.string() }).parse(answer).key;
}

async function post(url: string, body: unknown): Promise<unknown> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { Authorization: `Bearer ${adminToken}`, 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(10_000),
  });
  if (!response.ok) throw new Error(`POST ${url}: ${response.status} ${await response.text()}`);
  return response.json();
}

// The answer of the API says that a change is committed; the gateway has it a moment later.
function untilServed(url: string, origin: string, key: string): Promise<void> {
  return vi.waitFor(() => openOnce(url, origin, key), { timeout: 10_000 });
}

function openOnce(url: string, origin: string, key: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const webSocket = new WebSocket(url, { origin, headers: { 'X-Api-Key': key }, handshakeTimeout: 5_000 });
    webSocket.once('open', () => webSocket.close());
    webSocket.once('close', () => resolve());
    webSocket.once('error', reject);
  });
}
