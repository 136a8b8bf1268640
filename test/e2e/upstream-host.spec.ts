import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import type { PublishedTenant } from '#libs/contract';
import { GatewayWorld } from '../support/gateway-world.js';

let world: GatewayWorld;
let tenant: PublishedTenant;
let upstream: WebSocketServer;
let hosts: (string | undefined)[];

// Like Grafana Live: refuses pages of other hosts.
beforeEach(async () => {
  hosts = [];
  upstream = new WebSocketServer({
    host: '127.0.0.1',
    port: 0,
    verifyClient: ({ origin, req }: { origin: string; req: IncomingMessage }) => {
      hosts.push(req.headers.host);
      return new URL(origin).host === req.headers.host;
    },
  });
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

function upstreamUrl(): string {
  return `ws://127.0.0.1:${(upstream.address() as AddressInfo).port}`;
}

// Like a page of the gateway's host.
function connect(): WebSocket {
  return new WebSocket(world.url, { origin: world.url.replace('ws:', 'http:').replace(/\/$/, '') });
}

test('an upstream that compares Host with Origin admits a page of the host of the route with upstreamHost "client"', async () => {
  await world.route(tenant, { upstreams: [{ url: upstreamUrl() }], upstreamHost: 'client' });
  const client = connect();
  await once(client, 'open');
  expect(hosts).toEqual([new URL(world.url).host]);
  client.close();
  await once(client, 'close');
});

test('without upstreamHost "client", the upstream gets the host of its URL, and its refusal is forwarded to the client', async () => {
  await world.route(tenant, { upstreams: [{ url: upstreamUrl() }] });
  const client = connect();
  const [error] = (await once(client, 'error')) as [Error];
  expect(error.message).toContain('401');
  expect(hosts).toEqual([new URL(upstreamUrl()).host]);
});

test('a Host in requestHeaders.set takes precedence over the Host of the client', async () => {
  const requestHeaders = { set: { Host: 'inside.test' } };
  const upstreams = [{ url: upstreamUrl() }];
  await world.route(tenant, { upstreams, upstreamHost: 'client', requestHeaders });
  await once(connect(), 'error');
  expect(hosts).toEqual(['inside.test']);
});
