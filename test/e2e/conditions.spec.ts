import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import type { PublishedTenant } from '#libs/contract';
import { GatewayWorld } from '../support/gateway-world.js';
import { rawRequest, upgradeRequest } from '../support/raw-request.js';

let world: GatewayWorld;
let tenant: PublishedTenant;
let upstream: WebSocketServer;
let routeNames: unknown[];

beforeEach(async () => {
  routeNames = [];
  upstream = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  upstream.on('connection', (_socket, { headers }) => routeNames.push(headers['x-route']));
  await once(upstream, 'listening');
  world = await GatewayWorld.start();
  tenant = await world.tenant();
});

afterEach(async () => {
  await world.expectNothingHeld();
  await world.close();
  for (const client of upstream.clients) client.terminate();
  upstream.close();
});

async function route(name: string, conditions: object): Promise<void> {
  await world.route(tenant, {
    match: { path: '/chat', ...conditions },
    upstreams: [{ url: `ws://127.0.0.1:${(upstream.address() as AddressInfo).port}` }],
    requestHeaders: { set: { 'X-Route': name } },
  });
}

async function connect(target: string, headers: Record<string, string> = {}): Promise<void> {
  const client = new WebSocket(`ws://127.0.0.1:${world.port}${target}`, { headers });
  await once(client, 'open');
  client.close();
  await once(client, 'close');
}

test('requests for one path go to the routes whose conditions they meet', async () => {
  await route('any', {});
  await route('version', { headers: [{ name: 'X-Version', value: '2' }] });
  await route('beta', { query: [{ name: 'beta' }] });
  await route('both', { headers: [{ name: 'X-Version', value: '2' }], query: [{ name: 'beta' }] });
  await connect('/chat');
  await connect('/chat/x?beta=1', { 'X-Version': '2' });
  await connect('/chat', { 'X-Version': '2' });
  await connect('/chat?beta', { 'X-Version': '1' });
  expect(routeNames).toEqual(['any', 'both', 'version', 'beta']);
});

test('a request that repeats a compared header field or parameter is refused', async () => {
  await route('any', {});
  await route('version', { query: [{ name: 'version', value: '2' }] });
  const { status, body } = await rawRequest(world.port, upgradeRequest('/chat?version=2&version=1'));
  expect([status, JSON.parse(body)]).toMatchObject([400, { code: 'bad_handshake' }]);
  await connect('/chat?other=2&other=1');
  expect(routeNames).toEqual(['any']);
});

test('without a route for any other request, one that meets no condition gets 404', async () => {
  await route('version', { headers: [{ name: 'X-Version' }] });
  const { status, body } = await rawRequest(world.port, upgradeRequest('/chat'));
  expect([status, JSON.parse(body)]).toMatchObject([404, { code: 'no_route' }]);
  await connect('/chat', { 'X-Version': '' });
  expect(routeNames).toEqual(['version']);
});
