import { once } from 'node:events';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import type { PublishedRoute, PublishedTenant } from '#libs/contract';
import { GatewayWorld } from '../support/gateway-world.js';
import { rawRequest, upgradeRequest, type RawAnswer } from '../support/raw-request.js';
import { ScriptedUpstream } from '../support/scripted-upstream.js';

let world: GatewayWorld;
let upstream: ScriptedUpstream;
let tenant: PublishedTenant;
let route: PublishedRoute;

beforeEach(async () => {
  upstream = await ScriptedUpstream.start();
  world = await GatewayWorld.start({ SLUICE_DRAIN_SECONDS: '1' });
  tenant = await world.tenant();
  route = await world.route(tenant, { upstreams: [{ url: upstream.url }] });
});

afterEach(async () => {
  await world.expectNothingHeld();
  await world.close();
  await upstream.close();
});

async function connect(): Promise<WebSocket> {
  const client = new WebSocket(world.url);
  await once(client, 'open');
  return client;
}

async function expectEcho(client: WebSocket): Promise<void> {
  client.send('hello');
  expect(String((await once(client, 'message'))[0])).toBe('hello');
}

function setRoute(maintenance: PublishedRoute['maintenance']): Promise<void> {
  return world.publish({ kind: 'route', id: route.id, value: { ...route, maintenance } });
}

function setTenant(maintenance: PublishedTenant['maintenance']): Promise<void> {
  return world.publish({ kind: 'tenant', id: tenant.id, value: { ...tenant, maintenance } });
}

function request(): Promise<RawAnswer> {
  return rawRequest(world.port, upgradeRequest('/'));
}

test('a route under maintenance refuses new connections with 503 and Retry-After, and keeps those it has', async () => {
  const client = await connect();
  await setRoute({ retryAfterSeconds: 120, connections: 'keep' });
  const { status, headers, body } = await request();
  expect([status, headers['retry-after']]).toEqual([503, '120']);
  expect(JSON.parse(body)).toMatchObject({ code: 'maintenance', detail: 'the route is under maintenance' });
  await expectEcho(client);
  await setRoute(null);
  const again = await connect();
  for (const each of [client, again]) {
    await expectEcho(each);
    each.close();
    await once(each, 'close');
  }
});

test('a tenant under maintenance refuses on all of its routes, and closes its connections with 1012 if configured', async () => {
  const other = await world.tenant({ slug: 'other' });
  await world.route(other, { match: { path: '/other' }, upstreams: [{ url: upstream.url }] });
  const client = await connect();
  const closed = once(client, 'close');
  await setTenant({ retryAfterSeconds: 60, connections: 'drain' });
  expect((await closed).map(String)).toEqual(['1012', 'under maintenance']);
  expect(JSON.parse((await request()).body)).toMatchObject({ detail: 'the tenant is under maintenance' });
  const unaffected = new WebSocket(`ws://127.0.0.1:${world.port}/other`);
  await once(unaffected, 'open');
  unaffected.close();
  await once(unaffected, 'close');
});
