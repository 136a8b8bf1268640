import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { startProxiedUpstream, type ProxiedUpstream } from '../support/proxied-upstream.js';

let proxied: ProxiedUpstream;
let hosts: (string | undefined)[];

// Like Grafana Live: refuses pages of other hosts.
beforeEach(async () => {
  hosts = [];
  proxied = await startProxiedUpstream({
    verifyClient: ({ origin, req }: { origin: string; req: IncomingMessage }) => {
      hosts.push(req.headers.host);
      return new URL(origin).host === req.headers.host;
    },
  });
});

afterEach(() => proxied.close());

function upstreamUrl(): string {
  return `ws://${proxied.authority}`;
}

// Like a page of the gateway's host.
function connect(): WebSocket {
  return new WebSocket(proxied.world.url, {
    origin: proxied.world.url.replace('ws:', 'http:').replace(/\/$/, ''),
  });
}

test('an upstream that compares Host with Origin admits a page of the host of the route with upstreamHost "client"', async () => {
  await proxied.route({ upstreams: [{ url: upstreamUrl() }], upstreamHost: 'client' });
  const client = connect();
  await once(client, 'open');
  expect(hosts).toEqual([new URL(proxied.world.url).host]);
  client.close();
  await once(client, 'close');
});

test('without upstreamHost "client", the upstream gets the host of its URL, and its refusal is forwarded to the client', async () => {
  await proxied.route({ upstreams: [{ url: upstreamUrl() }] });
  const client = connect();
  const [error] = (await once(client, 'error')) as [Error];
  expect(error.message).toContain('401');
  expect(hosts).toEqual([new URL(upstreamUrl()).host]);
});

test('a Host in requestHeaders.set takes precedence over the Host of the client', async () => {
  const requestHeaders = { set: { Host: 'inside.test' } };
  const upstreams = [{ url: upstreamUrl() }];
  await proxied.route({ upstreams, upstreamHost: 'client', requestHeaders });
  await once(connect(), 'error');
  expect(hosts).toEqual(['inside.test']);
});
