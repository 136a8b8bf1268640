import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import type { PublishedRoute, PublishedTenant } from '#libs/contract';
import { startEcho, type RunningEcho } from '../../apps/echo/start-echo.js';
import { GatewayWorld, type TestKey } from '../support/gateway-world.js';
import { longWait } from '../support/long-wait.js';

const many = 20;

describe.each(['native', 'typescript'])('rates of routes and keys, with the %s engine', (engine) => {
  let world: GatewayWorld;
  let echo: RunningEcho;
  let tenant: PublishedTenant;
  let route: PublishedRoute;
  let apiKey: TestKey;

  beforeEach(async () => {
    world = await GatewayWorld.start({ SLUICE_ENGINE: engine });
    echo = await startEcho({ listen: { host: '127.0.0.1', port: 0 } });
    tenant = await world.tenant();
    route = await addRoute('/chat');
    apiKey = await world.apiKey(tenant);
  });

  afterEach(async () => {
    await world.expectNothingHeld();
    await world.close();
    await echo.close();
  });

  async function addRoute(path: string): Promise<PublishedRoute> {
    const upstreams = [{ url: echo.url }];
    return world.route(tenant, {
      match: { path },
      upstreams,
      auth: { mode: 'apiKey' },
      onMessageRate: 'close',
    });
  }

  async function connect({ key }: TestKey, path = '/chat'): Promise<WebSocket> {
    const client = new WebSocket(`${world.url}${path}`, { headers: { authorization: `Bearer ${key}` } });
    await once(client, 'open');
    return client;
  }

  async function changeRoute(change: Partial<PublishedRoute>): Promise<void> {
    await world.publish({ kind: 'route', id: route.id, value: { ...route, ...change } });
  }

  async function changeKey(messagesPerSecond: number | null): Promise<void> {
    const { published } = apiKey;
    const value = { ...published, messagesPerSecond };
    await world.publish({ kind: 'apiKey', id: published.id, value });
  }

  test('the first rate of a route holds for its live connections, and not for those of another route', async () => {
    await addRoute('/other');
    const [limited, other] = [await connect(apiKey), await connect(apiKey, '/other')];
    await changeRoute({ messagesPerSecond: 2 });
    const closed = closeOf(limited);
    send(limited, 3);
    expect(await closed).toEqual([1008, 'message rate']);
    expect(await echoes(other, many)).toBe(many);
    await endOf(other);
  });

  test('the first rate of a key holds for its live connections, and not for those of another key', async () => {
    const [limited, other] = [await connect(apiKey), await connect(await world.apiKey(tenant))];
    await changeKey(2);
    const closed = closeOf(limited);
    send(limited, 3);
    expect(await closed).toEqual([1008, 'message rate']);
    expect(await echoes(other, many)).toBe(many);
    await endOf(other);
  });

  test('a connection passes the rates of its tenant, route and key, and connections share them', async () => {
    await changeRoute({ messagesPerSecond: 50, bytesPerSecond: 1_000_000 });
    await changeKey(4);
    const limits = { ...tenant.limits, messagesPerSecond: 100 };
    await world.publish({ kind: 'tenant', id: tenant.id, value: { ...tenant, limits } });
    const [one, two] = [await connect(apiKey), await connect(apiKey)];
    expect(await echoes(one, 4)).toBe(4);
    const closed = closeOf(two);
    send(two, 3);
    expect(await closed).toEqual([1008, 'message rate']);
    await endOf(one);
  });

  test('a rate that is raised or removed lets a slowed connection continue', async () => {
    await changeRoute({ onMessageRate: 'slow' });
    const client = await connect(apiKey);
    await changeKey(1);
    const all = echoes(client, many);
    await changeKey(1000);
    expect(await all).toBe(many);
    await changeKey(null);
    expect(await echoes(client, many)).toBe(many);
    await endOf(client);
  });
});

function send(client: WebSocket, count: number): void {
  for (let index = 0; index < count; index += 1) client.send('message');
}

/** Sends so many messages, and resolves when all of them have come back. */
async function echoes(client: WebSocket, count: number): Promise<number> {
  let received = 0;
  client.on('message', () => (received += 1));
  send(client, count);
  await vi.waitFor(() => expect(received).toBe(count), longWait);
  client.removeAllListeners('message');
  return received;
}

async function closeOf(client: WebSocket): Promise<[number, string]> {
  const [code, reason] = (await once(client, 'close')) as [number, Buffer];
  return [code, reason.toString()];
}

async function endOf(client: WebSocket): Promise<void> {
  const closed = once(client, 'close');
  client.close();
  await closed;
}
