import { once } from 'node:events';
import type { Socket } from 'node:net';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { startEcho, type RunningEcho } from '../../apps/echo/start-echo.js';
import type { PublishedRoute, PublishedTenant } from '#libs/contract';
import { CountingUpstream } from '../support/counting-upstream.js';
import { GatewayWorld } from '../support/gateway-world.js';
import { longWait } from '../support/long-wait.js';
import { openSocket, rawRequest, upgradeRequest } from '../support/raw-request.js';
import { upstreamsOf } from '../support/upstreams-of.js';

let world: GatewayWorld;
let echo: RunningEcho;
let tenant: PublishedTenant;
const patient = { maxWaitMs: 60_000 };

beforeEach(async () => {
  world = await GatewayWorld.start();
  echo = await startEcho({ listen: { host: '127.0.0.1', port: 0 } });
  tenant = await world.tenant();
});

afterEach(async () => {
  await world.expectNothingHeld();
  await world.close();
  await echo.close();
});

function routeWith(overrides: object): Promise<PublishedRoute> {
  return world.route(tenant, { upstreams: [{ url: echo.url, maxConnections: 1 }], ...overrides });
}

async function publish(route: PublishedRoute, changes: Partial<PublishedRoute>): Promise<void> {
  await world.publish({ kind: 'route', id: route.id, value: { ...route, ...changes } });
}

/** A client with a waiting handshake. */
async function waiting(path = '/'): Promise<Socket> {
  const before = queued();
  const client = await openSocket(world.port);
  client.write(upgradeRequest(path));
  await vi.waitFor(() => expect(queued()).toBe(before + 1), longWait);
  return client;
}

function queued(): number {
  return world.gateway.held().upstreams.queued;
}

async function open(path = '/'): Promise<WebSocket> {
  const client = new WebSocket(`${world.url}${path}`);
  await once(client, 'open');
  return client;
}

async function close(client: WebSocket): Promise<void> {
  client.close();
  await once(client, 'close');
}

async function answerOf(client: Socket): Promise<string> {
  const [chunk] = (await once(client, 'data')) as [Buffer];
  client.destroy();
  return chunk.toString('latin1');
}

test('handshakes wait for a full upstream, and get its places in order as connections end', async () => {
  await routeWith({ queue: patient });
  const live = await open();
  const [first, second] = [await waiting(), await waiting()];
  await close(live);
  expect(await answerOf(first)).toMatch(/^HTTP\/1.1 101 /);
  expect(await answerOf(second)).toMatch(/^HTTP\/1.1 101 /);
});

test('a handshake that waits too long, or finds the queue full, gets 503 upstream_busy', async () => {
  const route = await routeWith({ queue: { maxRequests: 0 } });
  const live = await open();
  const expectBusy = async (): Promise<void> => {
    const { status, headers, body } = await rawRequest(world.port, upgradeRequest('/'));
    expect([status, headers['retry-after'], JSON.parse(body)]).toMatchObject([
      503,
      '5',
      { code: 'upstream_busy', limit: 'upstream' },
    ]);
  };
  await expectBusy();
  await publish(route, { queue: { maxRequests: 10, maxWaitMs: 20 } });
  await expectBusy();
  await close(live);
});

test('a client that disconnects while it waits is recorded, and holds no slot or place', async () => {
  await routeWith({ queue: patient });
  const live = await open();
  const client = await waiting();
  client.resetAndDestroy();
  await vi.waitFor(() => expect(queued()).toBe(0), longWait);
  expect(await world.nextRecord()).toMatchObject({ code: 'client_gone' });
  await close(live);
});

test('a change of the route applies to waiting handshakes', async () => {
  const route = await routeWith({ queue: patient });
  const live = await open();
  const [first, second] = [await waiting(), await waiting()];
  await publish(route, { upstreams: upstreamsOf({ url: echo.url, maxConnections: 2 }) });
  expect(await answerOf(first)).toMatch(/^HTTP\/1.1 101 /);
  const closed = once(live, 'close');
  await world.publish({ kind: 'route', id: route.id, value: null });
  expect(await answerOf(second)).toMatch(/^HTTP\/1.1 404 /);
  await closed;
});

test('a waiting handshake is not connected to a route under maintenance', async () => {
  const route = await routeWith({ queue: patient });
  const live = await open();
  const client = await waiting();
  await publish(route, { maintenance: { retryAfterSeconds: 60, connections: 'keep' } });
  await close(live);
  const answer = await answerOf(client);
  expect(answer).toMatch(/^HTTP\/1.1 503 /);
  expect(answer).toMatch(/^Retry-After: 60\r$/im);
  expect(answer).toContain('"code":"maintenance"');
});

test('an upstream gets no more than maxPending handshakes at once, and other routes do not wait', async () => {
  const handshakes: Socket[] = [];
  const slow = await CountingUpstream.start((socket) => handshakes.push(socket));
  await world.route(tenant, {
    match: { path: '/slow' },
    upstreams: [{ url: slow.url, maxPending: 2 }],
    queue: patient,
  });
  await routeWith({});
  const clients = await Promise.all([openSocket(world.port), openSocket(world.port)]);
  for (const client of clients) client.write(upgradeRequest('/slow'));
  await vi.waitFor(() => expect(handshakes).toHaveLength(2), longWait);
  clients.push(await waiting('/slow'));
  await close(await open());
  expect(slow.connections).toBe(2);
  const { upstreams } = world.gateway.held();
  expect([upstreams.pending, upstreams.queued]).toEqual([2, 1]);

  handshakes[0]?.write('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n');
  await vi.waitFor(() => expect(handshakes).toHaveLength(3), longWait);
  for (const client of clients) client.destroy();
  await world.expectNothingHeld();
  await slow.close();
});

test('a retry skips a full upstream', async () => {
  await world.route(tenant, {
    match: { path: '/only' },
    upstreams: [{ url: 'ws://127.0.0.1:9' }, { url: echo.url, maxConnections: 1 }],
    outlierEjection: null,
  });
  const live = await open('/only');
  const { status } = await rawRequest(world.port, upgradeRequest('/only'));
  expect(status).toBe(502);
  await close(live);
});
