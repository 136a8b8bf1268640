import { once } from 'node:events';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { startEcho } from '../../apps/echo/start-echo.js';
import { startSluice } from '../support/start-sluice.js';
import { CountingUpstream } from '../support/counting-upstream.js';
import { GatewayWorld } from '../support/gateway-world.js';
import { rawRequest, upgradeRequest } from '../support/raw-request.js';
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy.js';

let world: GatewayWorld;
/** A balancer in front of the gateway, whose address the gateway cannot recognize as its own. */
let balancer: TcpProxy;

beforeEach(async () => {
  world = await GatewayWorld.start();
  balancer = await startTcpProxy(world.port);
});

afterEach(async () => {
  await world.expectNothingHeld();
  balancer.close();
  await world.close();
});

function balancerUrl(): string {
  return `ws://127.0.0.1:${balancer.port}`;
}

async function expectLoop(request: string, port = world.port): Promise<void> {
  const answer = await rawRequest(port, request);
  expect(answer.status).toBe(508);
  expect(answer.headers['content-type']).toBe('application/problem+json');
  expect(JSON.parse(answer.body)).toMatchObject({ status: 508, code: 'loop_detected' });
}

test('a request whose upstream is a balancer in front of the same gateway returns once, and gets 508', async () => {
  await world.route(await world.tenant(), { upstreams: [{ url: balancerUrl() }] });
  await expectLoop(upgradeRequest('/'));
  expect(await world.nextRecord()).toMatchObject({ code: 'loop_detected', status: 508, path: '/' });
  expect(await world.nextRecord()).toMatchObject({ code: 'upstream_answer', status: 508 });
  expect(world.records).toEqual([]);
});

test('a loop over the routes of two tenants is detected', async () => {
  for (const [slug, host, next] of [
    ['acme', 'acme.test', 'globex.test'],
    ['globex', 'globex.test', 'acme.test'],
  ] as const) {
    await world.route(await world.tenant({ slug }), {
      match: { host, path: '/' },
      upstreams: [{ url: balancerUrl() }],
      requestHeaders: { set: { Host: next } },
    });
  }
  await expectLoop(upgradeRequest('/', { Host: 'acme.test' }));
  expect(await world.nextRecord()).toMatchObject({ code: 'loop_detected', host: 'globex.test' });
  expect(await world.nextRecord()).toMatchObject({ code: 'upstream_answer', host: 'acme.test' });
  expect(world.records).toEqual([]);
});

test('another fleet in the chain is not a loop, but a return through it is', async () => {
  const other = await GatewayWorld.start();
  const echo = await startEcho({ listen: { host: '127.0.0.1', port: 0 } });
  const [tenant, otherTenant] = [await world.tenant(), await other.tenant()];
  await world.route(tenant, { match: { path: '/chat' }, upstreams: [{ url: other.url }] });
  await other.route(otherTenant, { match: { path: '/chat' }, upstreams: [{ url: echo.url }] });
  await world.route(tenant, { match: { path: '/loop' }, upstreams: [{ url: other.url }] });
  await other.route(otherTenant, { match: { path: '/loop' }, upstreams: [{ url: world.url }] });

  const client = new WebSocket(`${world.url}/chat`);
  await once(client, 'open');
  client.send('hello');
  expect(await once(client, 'message')).toEqual([Buffer.from('hello'), false]);
  client.close();
  await once(client, 'close');
  await expectLoop(upgradeRequest('/loop'));

  await other.expectNothingHeld();
  await other.close();
  await echo.close();
});

test('the fleet keeps its name in Via over a restart, also with the all-in-one start', async () => {
  const upstream = await CountingUpstream.start((socket) => {
    socket.end('HTTP/1.1 418 Teapot\r\nContent-Length: 0\r\n\r\n');
  });
  let sluice = await startSluice();
  await sluice.rest.call('POST', '/tenants/demo/routes', {
    match: { path: '/via' },
    upstreams: [{ url: upstream.url }],
    auth: { mode: 'none' },
  });
  for (const isAgain of [false, true]) {
    if (isAgain) {
      await sluice.stop();
      sluice = await startSluice(sluice.dataDir);
    }
    const port = Number(new URL(sluice.gatewayUrl).port);
    await expect.poll(async () => (await rawRequest(port, upgradeRequest('/via'))).status).toBe(418);
  }
  const vias = upstream.received.match(/^Via: .*$/gm) ?? [];
  expect(vias.length).toBeGreaterThanOrEqual(2);
  expect(new Set(vias).size).toBe(1);
  expect(vias[0]).toMatch(/^Via: 1\.1 flt_[0-9a-z]{26}$/);
  await sluice.close();
  await upstream.close();
});
