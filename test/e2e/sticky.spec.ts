import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import type { PublishedRoute, PublishedTenant } from '#libs/contract';
import { GatewayWorld } from '../support/gateway-world.js';
import { upstreamsOf } from '../support/upstreams-of.js';

let world: GatewayWorld;
let upstreams: NamedUpstream[];
let tenant: PublishedTenant;
let route: PublishedRoute;

beforeEach(async () => {
  world = await GatewayWorld.start();
  upstreams = await Promise.all([startNamed(), startNamed(), startNamed()]);
  tenant = await world.tenant();
  await world.stickyKey(tenant);
  route = await world.route(tenant, {
    match: { path: '/chat' },
    upstreams: upstreams.map(({ url }) => ({ url })),
    balancing: 'sticky',
  });
});

afterEach(async () => {
  for (const { tunnel } of world.gateway.connections.all()) tunnel.close(1000, 'the test is over');
  await world.expectNothingHeld();
  await world.close();
  await Promise.all(upstreams.map((upstream) => upstream.close()));
});

test('a client comes back to its upstream, and a client without a cookie goes where the fewest are', async () => {
  const clients = await Promise.all(Array.from({ length: 3 }, () => connect()));
  expect(new Set(clients.map(({ upstream }) => upstream)).size).toBe(3);
  for (const { upstream, setCookie } of clients) {
    const cookie = valueIn(setCookie);
    const again = await Promise.all(Array.from({ length: 4 }, () => connect(cookie)));
    expect(again).toEqual(Array.from({ length: 4 }, () => ({ upstream, setCookie: null })));
  }
});

test('a client whose upstream drains reaches it with its cookie, and goes elsewhere once that is down', async () => {
  const { upstream, setCookie } = await connect();
  const cookie = valueIn(setCookie);
  await change({ state: 'drain' }, upstream);
  expect(await connect(cookie)).toEqual({ upstream, setCookie: null });
  const others = await Promise.all(Array.from({ length: 6 }, () => connect()));
  expect(others.map((other) => other.upstream)).not.toContain(upstream);
  await change({ state: 'down' }, upstream);
  const moved = await connect(cookie);
  expect(moved.upstream).not.toBe(upstream);
  await change({ state: 'active' }, upstream);
  expect(await connect(valueIn(moved.setCookie))).toEqual({ upstream: moved.upstream, setCookie: null });
});

test('a client whose upstream has crashed joins another one, and gets its cookie', async () => {
  const { upstream, setCookie } = await connect();
  await upstreams.find(({ url }) => url === upstream)?.close();
  const moved = await connect(valueIn(setCookie));
  expect(moved.upstream).not.toBe(upstream);
  expect(await connect(valueIn(moved.setCookie))).toEqual({ upstream: moved.upstream, setCookie: null });
});

test('a rotation of the key breaks no client, and the second one ends cookies of the first key', async () => {
  const { upstream, setCookie } = await connect();
  const old = valueIn(setCookie);
  await world.stickyKey(tenant);
  const renewed = await connect(old);
  expect(renewed.upstream).toBe(upstream);
  expect(valueIn(renewed.setCookie)).not.toBe(old);
  await world.stickyKey(tenant);
  expect((await connect(valueIn(renewed.setCookie))).upstream).toBe(upstream);
  await change({ weight: 0 }, upstream);
  expect((await connect(old)).upstream).not.toBe(upstream);
});

test('the upstream gets every other cookie, and its own Set-Cookie reaches the client beside that of the gateway', async () => {
  const upstream = await startNamed(['Set-Cookie: session=1; Path=/']);
  await world.route(tenant, {
    match: { path: '/other' },
    upstreams: [{ url: upstream.url }],
    balancing: 'sticky',
    stickyCookie: { name: 'u', secure: true, sameSite: 'none', maxAgeSeconds: 60 },
    responseHeaders: { set: { 'X-Frame-Options': 'DENY' } },
  });
  const { headers } = await open('/other', 'a="1 2"; u=x;  b=3; u=y');
  expect(upstream.cookies).toEqual(['a="1 2";  b=3']);
  expect(headers['x-frame-options']).toBe('DENY');
  expect(headers['set-cookie']).toEqual([
    'session=1; Path=/',
    expect.stringMatching(/^u=[-\w]{43}; Path=\/other; Max-Age=60; HttpOnly; SameSite=None; Secure$/),
  ]);
  await upstream.close();
});

interface NamedUpstream {
  url: string;
  /** The `Cookie` fields that it received. */
  cookies: unknown[];
  close(): Promise<void>;
}

/** An upstream that names itself in its 101. */
async function startNamed(lines: string[] = []): Promise<NamedUpstream> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
  server.on('headers', (headers) => headers.push(`X-Upstream: ${url}`, ...lines));
  const cookies: unknown[] = [];
  server.on('connection', (_, { headers }) => cookies.push(headers.cookie));
  const close = async (): Promise<void> => {
    for (const client of server.clients) client.terminate();
    await new Promise((resolve) => server.close(resolve));
  };
  return { url, cookies, close };
}

interface Connected {
  upstream: unknown;
  setCookie: string | null;
}

async function connect(cookie: string | null = null): Promise<Connected> {
  const { headers } = await open('/chat', cookie);
  return { upstream: headers['x-upstream'], setCookie: headers['set-cookie']?.[0] ?? null };
}

async function open(path: string, cookie: string | null): Promise<IncomingMessage> {
  const client = new WebSocket(world.url + path, { headers: cookie === null ? {} : { Cookie: cookie } });
  client.on('error', () => undefined);
  const opened = once(client, 'open');
  const [answer] = (await once(client, 'upgrade')) as [IncomingMessage];
  await opened;
  return answer;
}

/** The cookie that a browser sends after this `Set-Cookie`. */
function valueIn(setCookie: string | null): string {
  const [cookie = ''] = (setCookie ?? '').split(';');
  expect(cookie).toMatch(/^sluice_upstream=[-\w]{43}$/);
  return cookie;
}

/** Publishes the route with this change of one upstream. */
async function change(fields: object, upstream: unknown): Promise<void> {
  const changed = upstreams.map(({ url }) => (url === upstream ? { url, ...fields } : { url }));
  const value = { ...route, upstreams: upstreamsOf(...changed) };
  await world.publish({ kind: 'route', id: route.id, value });
}
