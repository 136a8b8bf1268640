import { once } from 'node:events';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { startEcho, type RunningEcho } from '../../apps/echo/start-echo.js';
import { GatewayWorld } from '../support/gateway-world.js';
import { rawRequest, upgradeRequest } from '../support/raw-request.js';
import { upstreamsOf } from '../support/upstreams-of.js';

let world: GatewayWorld;
let stable: RunningEcho;
let canary: RunningEcho;

beforeEach(async () => {
  world = await GatewayWorld.start();
  [stable, canary] = await Promise.all([startUpstream(), startUpstream()]);
});

afterEach(async () => {
  await world.expectNothingHeld();
  await world.close();
  await Promise.all([stable.close(), canary.close()]);
});

test('a canary gets its share while it has a weight, and a change of its weight closes no connection', async () => {
  const publish = await routeWith([{ url: stable.url }, { url: canary.url, weight: 0 }]);
  const clients = await open(10);
  expect(connectionsOf()).toEqual({ stable: 10, canary: 0 });
  await publish([{ url: stable.url, weight: 9 }, { url: canary.url }]);
  clients.push(...(await open(20)));
  expect(connectionsOf()).toEqual({ stable: 28, canary: 2 });
  await publish([
    { url: stable.url, weight: 9 },
    { url: canary.url, weight: 0 },
  ]);
  clients.push(...(await open(10)));
  expect(connectionsOf()).toEqual({ stable: 38, canary: 2 });
  expect(clients.every(({ readyState }) => readyState === WebSocket.OPEN)).toBe(true);
  await close(clients);
});

test('a backup gets connections while no other upstream takes new ones, and keeps them', async () => {
  const backup = { url: canary.url, backup: true };
  const publish = await routeWith([{ url: stable.url, weight: 0 }, backup]);
  const clients = await open(3);
  await publish([{ url: stable.url }, backup]);
  clients.push(...(await open(3)));
  expect(connectionsOf()).toEqual({ stable: 3, canary: 3 });
  await close(clients);
});

test('a backup gets connections if no other upstream is reachable', async () => {
  await routeWith([{ url: canary.url, backup: true }, { url: 'ws://127.0.0.1:9' }]);
  const clients = await open(3);
  expect(connectionsOf()).toEqual({ stable: 0, canary: 3 });
  await close(clients);
});

test('a request gets 503 upstream_unavailable if every upstream is down, drained or without a weight', async () => {
  await routeWith([
    { url: stable.url, state: 'down' },
    { url: canary.url, weight: 0 },
    { url: 'ws://127.0.0.1:9', state: 'drain', backup: true },
  ]);
  const { status, headers, body } = await rawRequest(world.port, upgradeRequest('/'));
  expect([status, JSON.parse(body)]).toMatchObject([503, { code: 'upstream_unavailable' }]);
  expect(headers['retry-after']).toBe('10');
});

function startUpstream(): Promise<RunningEcho> {
  return startEcho({ listen: { host: '127.0.0.1', port: 0 } });
}

/** Publishes a route, and resolves to a function that changes its upstreams. */
async function routeWith(upstreams: object[]): Promise<(changed: object[]) => Promise<void>> {
  const route = await world.route(await world.tenant(), { upstreams, onChange: 'drain' });
  return (changed) =>
    world.publish({ kind: 'route', id: route.id, value: { ...route, upstreams: upstreamsOf(...changed) } });
}

async function open(count: number): Promise<WebSocket[]> {
  const clients = Array.from({ length: count }, () => new WebSocket(world.url));
  await Promise.all(clients.map((client) => once(client, 'open')));
  return clients;
}

async function close(clients: WebSocket[]): Promise<void> {
  for (const client of clients) client.close();
  await Promise.all(clients.map((client) => once(client, 'close')));
}

function connectionsOf(): { stable: number; canary: number } {
  const urls = [...world.gateway.connections.all()].map(({ upstreamUrl }) => upstreamUrl);
  const count = (url: string): number => urls.filter((one) => one === url).length;
  return { stable: count(stable.url), canary: count(canary.url) };
}
