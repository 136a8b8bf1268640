import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { newId, type Connection, type PublishedRoute, type PublishedTenant } from '#libs/contract';
import type { Answer, FleetEvent, FleetRequest, RequestKind } from '#libs/fleet';
import { GatewayWorld } from '../../../test/support/gateway-world.js';
import { longWait } from '../../../test/support/long-wait.js';
import { rawRequest, upgradeRequest } from '../../../test/support/raw-request.js';
import { startEcho, type RunningEcho } from '../../echo/start-echo.js';

let world: GatewayWorld;
let echo: RunningEcho;
let tenant: PublishedTenant;
let route: PublishedRoute;
let published: FleetEvent[];

beforeEach(async () => {
  echo = await startEcho({ listen: { host: '127.0.0.1', port: 0 } });
  world = await GatewayWorld.start();
  tenant = await world.tenant();
  route = await world.route(tenant, { upstreams: [{ url: echo.url }] });
  published = [];
  await world.fleet.subscribe((event) => published.push(event));
});

afterEach(async () => {
  await world.close();
  await echo.close();
});

async function open(path = '/'): Promise<WebSocket> {
  const client = new WebSocket(`${world.url}${path}`, { perMessageDeflate: false });
  await once(client, 'open');
  return client;
}

async function openMany(count: number, path = '/'): Promise<WebSocket[]> {
  return Promise.all(Array.from({ length: count }, () => open(path)));
}

async function ask<Kind extends RequestKind>(kind: Kind, request: FleetRequest<Kind>): Promise<Answer<Kind>> {
  const { answers } = await world.fleet.ask(world.gateway.id, kind, request);
  const [answer] = answers;
  if (!answer) throw new Error('the gateway did not answer');
  return answer.answer;
}

async function list(filter: FleetRequest<'listConnections'>['filter'] = {}): Promise<Connection[]> {
  return (await ask('listConnections', { filter, after: '', limit: 1000 })).connections;
}

function eventsOf<Type extends FleetEvent['type']>(type: Type): Extract<FleetEvent, { type: Type }>[] {
  return published.filter((event): event is Extract<FleetEvent, { type: Type }> => event.type === type);
}

async function closeOf(client: WebSocket): Promise<[number, string]> {
  const [code, reason] = (await once(client, 'close')) as [number, Buffer];
  return [code, reason.toString()];
}

test('takeKeyUses returns the keys that opened connections, once, and no refused key', async () => {
  await world.route(tenant, { match: { path: '/keyed' }, upstreams: [{ url: echo.url }], auth: {} });
  const [used, refused] = [await world.apiKey(tenant), await world.apiKey(tenant, { scopes: ['manage'] })];
  const client = await open(`/keyed?api_key=${used.key}`);
  await rawRequest(world.port, upgradeRequest(`/keyed?api_key=${refused.key}`));
  const { uses } = await ask('takeKeyUses', {});
  expect(uses.map(({ apiKeyId }) => apiKeyId)).toEqual([used.published.id]);
  expect(await ask('takeKeyUses', {})).toEqual({ uses: [] });
  client.terminate();
});

test('overview returns what the gateway did, in all and for each tenant', async () => {
  const client = await open();
  client.send('hello');
  await once(client, 'message');
  await rawRequest(world.port, upgradeRequest('/', { Upgrade: 'h2c' }));
  const request = { window: '1m', sort: 'messages', limit: 10 } as const;
  await vi.waitFor(async () => {
    const all = await ask('overview', { ...request, tenantIds: null });
    const sum = (values: number[]): number => values.reduce((total, value) => total + value, 0);
    expect(all.isComplete).toBe(true);
    expect(all.series.connections.at(-1)).toBe(1);
    expect(sum(all.series.handshakes)).toBe(1);
    expect([sum(all.series.messagesFromClients), sum(all.series.messagesFromUpstreams)]).toEqual([1, 1]);
    expect(all.refusals.map(({ code, values }) => [code, sum(values)])).toEqual([['bad_handshake', 1]]);
    const connection = { connections: 1, handshakes: 1, refusals: 0, messages: 2 };
    expect(all.tenants).toMatchObject([{ tenantId: tenant.id, ...connection }]);
    const own = await ask('overview', { ...request, tenantIds: [tenant.id] });
    expect([own.series, own.refusals]).toEqual([all.series, []]);
  }, longWait);
  client.terminate();
});

test('limitedUsage returns the routes and keys with limits and live connections, with their traffic', async () => {
  const auth = { mode: 'apiKey' };
  const limited = await world.route(tenant, {
    ...{ match: { path: '/limited' }, upstreams: [{ url: echo.url }], auth, bytesPerSecond: 1_000_000 },
  });
  const [free, bounded] = [await world.apiKey(tenant), await world.apiKey(tenant, { maxConnections: 5 })];
  const clients = [
    ...(await openMany(2, `/limited?api_key=${free.key}`)),
    await open(`/limited?api_key=${bounded.key}`),
    await open(),
  ];
  for (const client of clients) {
    client.send('hello');
    await once(client, 'message');
  }
  const { routes, apiKeys } = await ask('limitedUsage', { tenantId: tenant.id });
  const traffic = { messages: 3, bytes: 3 * 11 };
  expect(routes).toMatchObject([{ id: limited.id, connections: 3, fromClients: traffic }]);
  expect(apiKeys).toMatchObject([{ id: bounded.published.id, connections: 1 }]);
  expect(await ask('limitedUsage', { tenantId: newId('tenant') })).toEqual({ routes: [], apiKeys: [] });
  for (const client of clients) client.terminate();
});

describe('live connections', () => {
  test('are listed with both peers, their start and their traffic', async () => {
    const startedAt = new Date().toISOString();
    const client = await open();
    client.send('hello');
    await once(client, 'message');
    const [connection] = await list();
    expect(connection).toMatchObject({
      tenantId: tenant.id,
      routeId: route.id,
      apiKeyId: null,
      gatewayId: world.gateway.id,
      clientAddress: '127.0.0.1',
      upstreamUrl: echo.url,
      subprotocol: null,
      state: 'open',
      fromClient: { messages: 1, frames: 1, controlFrames: 0, bytes: 11 },
      fromUpstream: { messages: 1, frames: 1, controlFrames: 0, bytes: 7 },
    });
    expect(connection && connection.since >= startedAt).toBe(true);
    expect(Date.parse(connection?.fromClient.lastActivityAt ?? '')).toBeGreaterThan(Date.now() - 60_000);
  });

  test('are listed page by page, ordered by id', async () => {
    await openMany(7);
    const ids: string[] = [];
    for (let after = ''; ; after = ids.at(-1) ?? '') {
      const { connections } = await ask('listConnections', { filter: {}, after, limit: 3 });
      ids.push(...connections.map(({ id }) => id));
      if (connections.length < 3) break;
    }
    expect(ids).toEqual((await list()).map(({ id }) => id).sort());
    expect(new Set(ids).size).toBe(7);
  });

  test('are closed exactly if they match the filter', async () => {
    const other = await world.route(tenant, { match: { path: '/other' }, upstreams: [{ url: echo.url }] });
    const [closing, staying] = [await openMany(5), await openMany(2, '/other')];
    const closes = Promise.all(closing.map(closeOf));
    const request = { filter: { routeId: route.id }, code: 4000, reason: 'bye ✓' };
    expect(await ask('closeConnections', { ...request, isDryRun: true })).toEqual({ matched: 5 });
    expect(await list({ routeId: route.id })).toHaveLength(5);
    expect(await ask('closeConnections', { ...request, isDryRun: false })).toEqual({ matched: 5 });
    expect(await closes).toEqual(Array(5).fill([4000, 'bye ✓']));
    await vi.waitFor(async () => expect(await list()).toHaveLength(2), longWait);
    expect((await list()).map(({ routeId }) => routeId)).toEqual([other.id, other.id]);
    expect(staying.map(({ readyState }) => readyState)).toEqual([WebSocket.OPEN, WebSocket.OPEN]);
  });

  test('are published when they open and close', async () => {
    const client = await open();
    client.close(1000);
    await vi.waitFor(() => expect(eventsOf('connectionClosed')).toHaveLength(1), longWait);
    expect(eventsOf('connectionOpened')[0]?.connection).toMatchObject({ tenantId: tenant.id });
    expect(eventsOf('connectionClosed')[0]).toMatchObject({ endedBy: 'client', closeCode: 1000 });
  });

  test('count towards the usage of their tenant', async () => {
    const [client] = await openMany(3);
    client?.send('hello');
    if (client) await once(client, 'message');
    const usage = await ask('tenantUsage', { tenantId: tenant.id });
    expect(usage).toMatchObject({ connections: 3, fromClients: { messages: 1 } });
    expect(usage.busiest).toEqual({ keys: [], addresses: [{ group: '127.0.0.1', connections: 3 }] });
    expect(await ask('tenantUsage', { tenantId: newId('tenant') })).toMatchObject({ connections: 0 });
  });
});

describe('a tap', () => {
  const tapId = 'a-tap';

  async function tap(connectionId: string): Promise<Answer<'tapConnection'>> {
    return ask('tapConnection', { tapId, connectionId, payloadBytes: 100, leaseMs: 60_000 });
  }

  test('publishes the frames of both directions until the connection ends', async () => {
    const client = await open();
    const [connection] = await list();
    expect(await tap(connection?.id ?? '')).toEqual({ isFound: true, isRefused: false });
    client.send('hello');
    await once(client, 'message');
    client.close(1000);
    await vi.waitFor(() => expect(eventsOf('tapEnded')).toMatchObject([{ tapId }]), longWait);
    const frames = eventsOf('tapFrames').flatMap((event) => event.frames);
    expect(frames.map(({ from, opcode }) => `${from} ${opcode}`)).toEqual([
      'client text',
      'upstream text',
      'client close',
      'upstream close',
    ]);
    expect(Buffer.from(frames[0]?.payload?.bytes ?? '', 'base64').toString()).toBe('hello');
  });

  test('publishes nothing after it was ended', async () => {
    const client = await open();
    const [connection] = await list();
    await tap(connection?.id ?? '');
    await ask('endTap', { tapId });
    client.send('hello');
    await once(client, 'message');
    client.close();
    await vi.waitFor(() => expect(eventsOf('connectionClosed')).toHaveLength(1), longWait);
    expect([eventsOf('tapFrames'), eventsOf('tapEnded')]).toEqual([[], []]);
  });

  test('of a connection of another gateway is answered with isFound: false', async () => {
    expect(await tap(newId('connection'))).toEqual({ isFound: false, isRefused: false });
  });
});

describe('a drain on request', () => {
  test('refuses new requests, is reported, closes live connections, and leaves the process running', async () => {
    const clients = await openMany(10);
    const closes = Promise.all(clients.map(closeOf));
    const { status } = await ask('drain', { periodMs: 500 });
    expect(status).toMatchObject({ state: 'draining', drain: { periodMs: 500, total: 10 } });
    expect((await rawRequest(world.port, upgradeRequest('/'))).status).toBe(503);
    expect((await fetch(`${world.gateway.adminUrl}/readyz`)).status).toBe(503);
    expect(await (await fetch(`${world.gateway.adminUrl}/metrics`)).text()).toContain('sluice_draining 1');
    expect(eventsOf('gatewayDraining')).toHaveLength(1);
    expect(await closes).toEqual(Array(10).fill([1001, 'gateway draining']));
    await vi.waitFor(async () => {
      const [gateway] = await world.fleet.gateways();
      expect(gateway?.drain?.remaining).toBe(0);
    }, longWait);
    expect(await ask('undrain', {})).toMatchObject({
      isStopping: false,
      status: { state: 'ready', drain: null },
    });
    expect(eventsOf('gatewayResumed')).toHaveLength(1);
    expect((await fetch(`${world.gateway.adminUrl}/readyz`)).status).toBe(200);
    expect(await openMany(1)).toHaveLength(1);
    expect((await fetch(`${world.gateway.adminUrl}/healthz`)).status).toBe(200);
  });

  test('without a period uses the period of the settings', async () => {
    const { status } = await ask('drain', { periodMs: null });
    expect(status.drain?.periodMs).toBe(1000);
  });

  test('with a period of an hour is shortened by the drain of a stop', async () => {
    const clients = await openMany(2);
    const closes = Promise.all(clients.map(closeOf));
    await ask('drain', { periodMs: 3_600_000 });
    await world.gateway.drain();
    expect(await closes).toEqual(Array(2).fill([1001, 'gateway draining']));
  });
});

test('a gateway is listed with its status from its start until it stops', async () => {
  const [gateway] = await world.fleet.gateways();
  expect(gateway).toMatchObject({
    id: world.gateway.id,
    state: 'ready',
    connections: 0,
    drain: null,
    refusal: null,
  });
  expect(gateway?.version).toMatch(/^\d+\.\d+\.\d+/);
  expect(gateway?.appliedRevision).toBeGreaterThan(0);
  await world.gateway.close();
  expect(eventsOf('gatewayStopped')).toHaveLength(1);
  expect(await world.fleet.gateways()).toEqual([]);
});
