import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import type { PublishedRoute, PublishedTenant } from '#libs/contract';
import { startEcho, type RunningEcho } from '../../apps/echo/start-echo.js';
import { CountingUpstream } from '../support/counting-upstream.js';
import { GatewayWorld, type TestKey } from '../support/gateway-world.js';
import { rawRequest, upgradeRequest } from '../support/raw-request.js';
import { upstreamsOf } from '../support/upstreams-of.js';

let world: GatewayWorld;
let echo: RunningEcho;
let tenant: PublishedTenant;
let route: PublishedRoute;

beforeEach(async () => {
  echo = await startEcho({ listen: { host: '127.0.0.1', port: 0 } });
  world = await GatewayWorld.start();
  tenant = await world.tenant();
  route = await world.route(tenant, { auth: {}, upstreams: [{ url: echo.url }] });
});

afterEach(async () => {
  await world.expectNothingHeld();
  await world.close();
  await echo.close();
});

async function open({ key }: TestKey, path = '/'): Promise<WebSocket> {
  const client = new WebSocket(`${world.url}${path}`, { headers: { 'X-Api-Key': key } });
  await once(client, 'open');
  return client;
}

async function closeOf(client: WebSocket): Promise<[number, string]> {
  const [code, reason] = (await once(client, 'close')) as [number, Buffer];
  return [code, reason.toString()];
}

async function expectEcho(client: WebSocket): Promise<void> {
  client.send('still here');
  expect(await once(client, 'message')).toEqual([Buffer.from('still here'), false]);
}

async function end(client: WebSocket): Promise<void> {
  client.close();
  await once(client, 'close');
}

describe('a change closes exactly the live connections that it affects', () => {
  let other: WebSocket;

  beforeEach(async () => {
    const otherTenant = await world.tenant({ slug: 'other' });
    await world.route(otherTenant, { match: { path: '/other' }, auth: {}, upstreams: [{ url: echo.url }] });
    other = await open(await world.apiKey(otherTenant), '/other');
  });

  afterEach(async () => {
    await expectEcho(other);
    await end(other);
  });

  test('a revoked key closes its connections with 1008 key revoked', async () => {
    const [revoked, kept] = [await world.apiKey(tenant), await world.apiKey(tenant)];
    const [ended, staying] = [await open(revoked), await open(kept)];
    const closed = closeOf(ended);
    await world.publish({ kind: 'apiKey', id: revoked.published.id, value: null });
    expect(await closed).toEqual([1008, 'key revoked']);
    expect(await world.nextRecord()).toMatchObject({
      endedBy: 'gateway',
      closeCode: 1008,
      reason: 'key revoked',
      apiKeyId: revoked.published.id,
    });
    await expectEcho(staying);
    await end(staying);
  });

  test('an expired key closes its connections with 1008 key expired', async () => {
    const key = await world.apiKey(tenant);
    const client = await open(key);
    const closed = closeOf(client);
    const expiresAt = new Date(Date.now() + 100).toISOString();
    await world.publish({ kind: 'apiKey', id: key.published.id, value: { ...key.published, expiresAt } });
    expect(await closed).toEqual([1008, 'key expired']);
  });

  test('a suspended tenant closes its connections with 1008 tenant suspended', async () => {
    const client = await open(await world.apiKey(tenant));
    const closed = closeOf(client);
    await world.publish({ kind: 'tenant', id: tenant.id, value: { ...tenant, status: 'suspended' } });
    expect(await closed).toEqual([1008, 'tenant suspended']);
  });

  test('a disabled or deleted route closes its connections with 1008 closed by operator', async () => {
    const key = await world.apiKey(tenant);
    const second = await world.route(tenant, {
      match: { path: '/2' },
      auth: {},
      upstreams: [{ url: echo.url }],
    });
    const closes = [closeOf(await open(key)), closeOf(await open(key, '/2'))];
    await world.publish(
      { kind: 'route', id: route.id, value: { ...route, enabled: false } },
      { kind: 'route', id: second.id, value: null },
    );
    expect(await Promise.all(closes)).toEqual(Array(2).fill([1008, 'closed by operator']));
  });

  test('changed upstreams of a route with onChange "drain" close its connections with 1012 route changed', async () => {
    const client = await open(await world.apiKey(tenant));
    const closed = closeOf(client);
    const upstreams = upstreamsOf({ url: 'ws://127.0.0.1:9' });
    await world.publish({ kind: 'route', id: route.id, value: { ...route, upstreams, onChange: 'drain' } });
    expect(await closed).toEqual([1012, 'route changed']);
  });

  test('changed upstreams of a route with onChange "keep" close nothing', async () => {
    const client = await open(await world.apiKey(tenant));
    const upstreams = upstreamsOf({ url: 'ws://127.0.0.1:9' });
    await world.publish({ kind: 'route', id: route.id, value: { ...route, upstreams } });
    await expectEcho(client);
    await end(client);
  });
});

test('a key that is revoked during a handshake opens no connection', async () => {
  const upstream = await CountingUpstream.start();
  await world.publish({
    kind: 'route',
    id: route.id,
    value: { ...route, upstreams: upstreamsOf({ url: upstream.url }) },
  });
  const key = await world.apiKey(tenant);
  const accept = 's3pPLMBiTxaQ9kYGzzhZRbK+xOo=';
  const answer = rawRequest(world.port, upgradeRequest('/', { 'X-Api-Key': key.key }));
  await expect.poll(() => upstream.received).toContain('\r\n\r\n');
  await world.publish({ kind: 'apiKey', id: key.published.id, value: null });
  upstream.writeAll(
    `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
  );
  expect((await answer).body).toContain('key revoked');
  await upstream.close();
});

describe('limits are exact in one gateway, and slots are released', () => {
  async function refusedLimit(key: TestKey): Promise<unknown> {
    const answer = await rawRequest(world.port, upgradeRequest('/', { 'X-Api-Key': key.key }));
    expect(answer.status).toBe(429);
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
    const { code, limit } = JSON.parse(answer.body) as { code: string; limit: string };
    return [code, limit];
  }

  const limited: [string, () => Promise<TestKey>, unknown][] = [
    ['tenant', () => withTenantLimits({ maxConnections: 2 }), ['connection_limit', 'tenant']],
    ['key', () => withTenantLimits({ maxConnectionsPerKey: 2 }), ['connection_limit', 'key']],
    ['address', () => withTenantLimits({ maxConnectionsPerIp: 2 }), ['connection_limit', 'address']],
    ['route', withRouteLimit, ['connection_limit', 'route']],
  ];

  test.each(limited)('of the %s', async (_name, setUp, refusal) => {
    const key = await setUp();
    const clients = await Promise.all([open(key), open(key)]);
    expect(await refusedLimit(key)).toEqual(refusal);
    await Promise.all(clients.map(end));
    await world.expectNothingHeld();
    await end(await open(key));
  });

  test('of 50 concurrent requests, exactly as many as the limit are admitted', async () => {
    const key = await withTenantLimits({ maxConnections: 20 });
    const results = await Promise.allSettled(Array.from({ length: 50 }, () => open(key)));
    const clients = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
    expect(clients).toHaveLength(20);
    await Promise.all(clients.map(end));
  });

  test('of the connect rate of a tenant', async () => {
    const key = await withTenantLimits({ connectionsPerSecond: 1 });
    await end(await open(key));
    expect(await refusedLimit(key)).toEqual(['connect_rate', 'tenant']);
  });

  async function withTenantLimits(limits: Partial<PublishedTenant['limits']>): Promise<TestKey> {
    const value = { ...tenant, limits: { ...tenant.limits, ...limits } };
    await world.publish({ kind: 'tenant', id: tenant.id, value });
    return world.apiKey(tenant);
  }

  async function withRouteLimit(): Promise<TestKey> {
    await world.publish({ kind: 'route', id: route.id, value: { ...route, maxConnections: 2 } });
    return world.apiKey(tenant);
  }
});

test('a new message size limit closes a live connection with 1009 at a larger message', async () => {
  const client = await open(await world.apiKey(tenant));
  await expectEcho(client);
  const limits = { ...tenant.limits, maxMessageBytes: 20 };
  await world.publish({ kind: 'tenant', id: tenant.id, value: { ...tenant, limits } });
  await expectEcho(client);
  const closed = closeOf(client);
  client.send('more than twenty bytes are in this');
  expect(await closed).toEqual([1009, 'message too big']);
  expect(await world.nextRecord()).toMatchObject({
    endedBy: 'gateway',
    closeCode: 1009,
    reason: 'message too big',
  });
});

describe('drain', () => {
  test('closes every connection with 1001 within the period, refuses new ones with 503, and completes', async () => {
    const key = await world.apiKey(tenant);
    const clients = await Promise.all(Array.from({ length: 10 }, () => open(key)));
    const closes = Promise.all(clients.map(closeOf));
    const drained = world.gateway.drain();
    const refused = await rawRequest(world.port, upgradeRequest('/', { 'X-Api-Key': key.key }));
    expect(refused).toMatchObject({ status: 503 });
    expect(refused.body).toContain('"draining"');
    expect((await fetch(`${world.gateway.adminUrl}/readyz`)).status).toBe(503);
    expect(await closes).toEqual(Array(10).fill([1001, 'gateway draining']));
    await drained;
  });

  test('completes at once without connections', async () => {
    const patient = await GatewayWorld.start({ SLUICE_DRAIN_SECONDS: '3600' });
    await patient.gateway.drain();
    await patient.close();
  });
});

test('an idle connection is closed on both sides', async () => {
  await world.publish({
    kind: 'route',
    id: route.id,
    value: { ...route, timeouts: { ...route.timeouts, idleMs: 50 } },
  });
  const client = await open(await world.apiKey(tenant));
  expect(await closeOf(client)).toEqual([1001, 'idle timeout']);
});
