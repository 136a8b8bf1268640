import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { GatewayWorld } from '../support/gateway-world.js';
import { rawRequest, upgradeRequest, type RawAnswer } from '../support/raw-request.js';

let world: GatewayWorld;
let upstream: Server;
let webSockets: WebSocketServer;

/** A query `location=…` is answered with a redirect, any other request with a 101 and two cookies. */
beforeEach(async () => {
  world = await GatewayWorld.start();
  upstream = createServer();
  webSockets = new WebSocketServer({ noServer: true });
  webSockets.on('headers', (headers) => {
    headers.push('Set-Cookie: a=1; Path=/base/v2', 'Set-Cookie: b=2; Domain=127.0.0.1; Path=/base/v2/x');
  });
  upstream.on('upgrade', (request: IncomingMessage, socket, head: Buffer) => {
    const location = new URL(request.url ?? '', 'http://up.test').searchParams.get('location');
    if (location === null) webSockets.handleUpgrade(request, socket, head, () => undefined);
    else socket.end(`HTTP/1.1 302 Found\r\nLocation: ${location}\r\nContent-Length: 0\r\n\r\n`);
  });
  await once(upstream.listen(0, '127.0.0.1'), 'listening');
});

afterEach(async () => {
  await world.expectNothingHeld();
  await world.close();
  for (const client of webSockets.clients) client.terminate();
  upstream.close();
});

function authority(): string {
  return `127.0.0.1:${(upstream.address() as AddressInfo).port}`;
}

async function routeWith(rewrite: object): Promise<void> {
  const upstreams = [{ url: `http://${authority()}/base` }];
  await world.route(await world.tenant(), { match: { path: '/chat' }, upstreams, rewrite });
}

function redirectTo(location: string): Promise<RawAnswer> {
  return rawRequest(world.port, upgradeRequest(`/chat?location=${encodeURIComponent(location)}`));
}

async function cookies(): Promise<string[] | undefined> {
  const client = new WebSocket(`ws://127.0.0.1:${world.port}/chat`, { headers: { Host: 'chat.test' } });
  const upgraded = once(client, 'upgrade') as Promise<[IncomingMessage]>;
  await once(client, 'open');
  const [answer] = await upgraded;
  client.close();
  await once(client, 'close');
  return answer.headers['set-cookie'];
}

test('a redirect and the cookies of the upstream are those of the client', async () => {
  await routeWith({ replacePrefix: '/v2', redirects: 'map', cookies: 'map' });
  for (const location of ['/base/v2/login?a=b', `http://${authority()}/base/v2/login?a=b`]) {
    const { status, headers } = await redirectTo(location);
    expect([status, headers['location']]).toEqual([302, '/chat/login?a=b']);
  }
  expect((await redirectTo('https://other.test/base/v2')).headers['location']).toBe(
    'https://other.test/base/v2',
  );
  expect(await cookies()).toEqual(['a=1; Path=/chat', 'b=2; Path=/chat/x']);
});

test('without it they pass as the upstream wrote them', async () => {
  await routeWith({ replacePrefix: '/v2' });
  expect((await redirectTo('/base/v2/login')).headers['location']).toBe('/base/v2/login');
  expect(await cookies()).toEqual(['a=1; Path=/base/v2', 'b=2; Domain=127.0.0.1; Path=/base/v2/x']);
});

test('a redirect whose path begins with two slashes stays on the host of the gateway', async () => {
  await world.route(await world.tenant(), {
    match: { path: '/chat' },
    upstreams: [{ url: `http://${authority()}` }],
    rewrite: { redirects: 'map' },
  });
  const { headers } = await redirectTo(`http://${authority()}//evil.test/login`);
  expect(headers['location']).toBe('/.//evil.test/login');
});
